/** Authorise: what the policy says of a read or write of the blackboard. */
import type { Act, Attempt } from "../src/contracts/acts.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Labels } from "../src/contracts/labels.ts";
import { BOARD } from "../src/contracts/policy.ts";
import type { HashPort } from "../src/contracts/ports.ts";
import type { PolicyRequest, Verdict } from "../src/contracts/tools.ts";
import { canonical } from "../src/decisions/ingest.ts";
import type { Authorised } from "../src/decisions/policy.ts";
import type { RunNow } from "./host/effects.ts";
import { policyOf, requestOf } from "./judge.ts";
import { ask, type PolicyHolder } from "./policy.ts";

export interface AuthoriseInput {
  readonly attempt: Attempt;
  readonly act: Act;
  /** Of what the agent has heard; where labels are used. */
  readonly labels?: Labels;
}

interface AuthorisePorts {
  readonly authority: PolicyHolder;
  readonly sha256: HashPort;
}

/** The runtime's own list of keys is looked at when the access is granted; this is the policy's word. */
export function authorise(
  { authority, sha256 }: AuthorisePorts,
  { attempt, act, labels }: AuthoriseInput,
  now: RunNow,
): Authorised | Promise<Authorised> {
  const { policy } = authority;
  const under = policyOf(policy, now);
  if (act.kind !== "read" && act.kind !== "write") return { verdict: NO_ACCESS, ...under };
  if (policy === undefined) return { verdict: NO_POLICY, ...under };
  const args: Json = Object.freeze(act.kind === "read" ? { key: act.key } : { key: act.key, value: act.value });
  const request: PolicyRequest = {
    ...requestOf(attempt, now, labels),
    action: act.kind,
    resource: act.key,
    call: { tool: BOARD[act.kind], args, digest: sha256(canonical(args)) },
    effect: act.kind === "read" ? "read" : "once",
  };
  const said = ask({ ...authority, policy }, request);
  return said instanceof Promise ? said.then((verdict) => ({ verdict, ...under })) : { verdict: said, ...under };
}

const NO_ACCESS: Verdict = { kind: "deny", rule: "policy.failed", reason: "this is no read and no write" };
const NO_POLICY: Verdict = { kind: "allow", rule: "allow-list" };
