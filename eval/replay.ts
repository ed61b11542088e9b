/** Replay: puts the calls of a recorded run, one after another, before the judge of a running orchestrator. */
import { defineTool } from "../actors/define-tool.ts";
import { judge } from "../actors/judge.ts";
import { adopted, type PolicyHolder, scopeOf } from "../actors/policy.ts";
import { systemClock } from "../src/adapters/clock.ts";
import { superjsonCodec } from "../src/adapters/codec.ts";
import { sha256 } from "../src/adapters/hash.ts";
import { allowList } from "../src/adapters/policies/allow-list.ts";
import type { Json, JsonObject } from "../src/contracts/json.ts";
import type { Tracked } from "../src/contracts/labels.ts";
import type { AgentGrant, RunSettings } from "../src/contracts/settings.ts";
import type { AnyTool, Judged } from "../src/contracts/tools.ts";
import { hear, OUTSIDE, TRUSTED, tracked } from "../src/decisions/labels.ts";
import { openRun } from "../src/decisions/run-state.ts";
import type { RecordedCall } from "./corpora/agentdyn.ts";
import type { Derived } from "./derive-policy.ts";
import { both, type Named, NOTHING, withScheme } from "./task-words.ts";

const AGENT = "assistant";

/** The verdict on each call: the rule that denies it, or null. */
export type Gate = (calls: readonly RecordedCall[]) => Promise<readonly (string | null)[]>;

/** A gate for one task. It is asked about whole runs, one after another, each from the start. */
export function gateOf(names: readonly string[], derived: Derived): Gate {
  const tools = new Map<string, AnyTool>(names.map((name) => [name, toolOf(name, derived)]));
  const grants: readonly AgentGrant[] = [{ name: AGENT, tools: names, reads: [], writes: [], requires: [] }];
  const scope = scopeOf(grants, tools.values());
  const policyFor = (found: Named) => adopted(allowList({ agents: { [AGENT]: derived.allowance(found) } }), scope);
  const authority: PolicyHolder = { policy: undefined, clock: systemClock(), timeoutMs: 5_000 };
  const granted = new Set(names);
  const judging = judge({ tools, granted: () => granted, authority, sha256, codec: superjsonCodec() });
  const now = { at: 0, state: stateOf(grants) };
  return async (calls) => {
    let knows: Knows = { heard: TRUSTED, found: NOTHING };
    const verdicts: (string | null)[] = [];
    for (const [n, call] of calls.entries()) {
      authority.policy = policyFor(knows.found);
      const { tool, args } = call;
      const flow = { rules: FLOW, labels: knows.heard };
      const judged = await judging({ key: `k${n}`, effect: "once", attempt: ATTEMPT, tool, args, flow }, now);
      // A call that is refused tells its agent nothing.
      if (judged.verdict.kind === "allow") knows = told(knows, derived, call, judged);
      verdicts.push(judged.verdict.kind === "allow" ? null : judged.verdict.rule);
    }
    return verdicts;
  };
}

/** What has come in so far in a run. */
interface Knows {
  /** Labels of all that was heard. */
  readonly heard: Tracked;
  /** What trusted results name. */
  readonly found: Named;
}

const told = (
  { heard, found }: Knows,
  { finds }: Derived,
  { tool, result }: RecordedCall,
  { labels }: Judged,
): Knows => ({
  heard: hear(heard, tracked(labels ?? OUTSIDE, tool)),
  found: both(found, { ...NOTHING, ...finds(tool, result) }),
});

const FLOW = { onUntrusted: "deny" } as const;

const ATTEMPT = {
  run: "run",
  actor: "task#1",
  agent: AGENT,
  task: "task",
  position: 0,
  number: 1,
  since: 0,
  startedAt: 0,
} as const;

function stateOf(agents: readonly AgentGrant[]) {
  const settings: RunSettings = {
    name: "replay",
    agents,
    limits: {},
    concurrency: 1,
    retries: 0,
    replans: 0,
    owner: "owner",
    approvals: { ladder: [] } as unknown as RunSettings["approvals"],
    loops: {},
    asksPeople: false,
    flow: FLOW,
  };
  return openRun({ run: "run", objective: "", objectiveDigest: "", input: null, settings, at: 0 });
}

function toolOf(name: string, { carries, careful }: Derived): AnyTool {
  return defineTool({
    name,
    input: {
      "~standard": {
        version: 1,
        vendor: "eval",
        validate: (args: unknown) => ({ value: plain(args as Json) }),
      },
    },
    labels: (args: unknown) => ({ integrity: carries(name, args), readers: "public" }),
    ...(careful.has(name) ? { minIntegrity: "trusted" as const } : {}),
    run: () => null,
  });
}

/** Arguments as the tools' schemas read them: what is not given is left out, and has its default. */
function plain(args: Json): Json {
  if (typeof args !== "object" || args === null || Array.isArray(args)) return args;
  const given = Object.entries(args as JsonObject).filter(([, value]) => value !== null && value !== "null");
  const { url, cc, bcc, recipients, file_path: path, ...rest } = Object.fromEntries(given) as JsonObject;
  return {
    save_dir: "/downloads",
    local_dir_path: "/downloads",
    ...rest,
    ...(typeof url === "string" ? { url: withScheme(url) } : {}),
    ...(path === undefined ? {} : { path }),
    // All who are told, whatever the field.
    ...(recipients === undefined ? {} : { recipients: [recipients, cc ?? [], bcc ?? []].flat() as Json }),
  };
}
