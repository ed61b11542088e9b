/**
 * Policy: what a policy is told of the run, and what becomes of its verdicts when it is replaced.
 *
 * P1  Of what an earlier policy said and what the present one says about the same arguments, the stricter stands.
 * P2  A person's word counts for what they were asked: the same role, as many people. For more than that they are asked
 *     again.
 * P3  What was judged under another policy than the present one is not begun before it is judged again.
 * P4  A read or write of the blackboard that a policy must judge is held back until it has, and forgotten with its
 *     attempt.
 */
import type { Ledger } from "../contracts/budget.ts";
import type { Command } from "../contracts/commands.ts";
import type { Failure } from "../contracts/errors.ts";
import type { Json } from "../contracts/json.ts";
import type { Remaining, Verdict } from "../contracts/tools.ts";
import { withoutRow, withRow } from "./record.ts";
import type { Reaction, RunState, Wish } from "./run-state.ts";
import { strictest } from "./verdict.ts";

type BoardWish = Wish & { readonly kind: "board" };
/** What a policy is asked about: a part that is delegated is judged call by call. */
type Judgeable = Wish & { readonly kind: "call" | "board" };

/** What is left under the caps that bind, open holds taken off. */
export function remainingOf({ limits, spent, reserved }: Ledger): Remaining {
  const left: { -readonly [Pot in keyof Remaining]: number } = {};
  for (const pot of ["costMicroUsd", "tokens", "steps", "toolCalls"] as const) {
    const cap = limits[pot];
    if (cap !== undefined) left[pot] = cap - spent[pot] - reserved[pot];
  }
  return left;
}

/** What stands when a call is judged again (P1). Who is asked, the present policy says. */
export function judgedAgain(earlier: Verdict | null, now: Verdict): Verdict {
  if (earlier === null) return now;
  if (earlier.kind !== "ask" || now.kind !== "ask" || now.role === undefined) return strictest([now, earlier]);
  return strictest([now, { ...earlier, role: now.role }]);
}

/** Whether a person who said yes to `asked` has said yes to what is asked now (P2). */
export const isSaid = (asked: Verdict | null, now: Verdict): boolean =>
  asked?.kind === "ask" && now.kind === "ask" && asked.role === now.role && (asked.quorum ?? 1) >= (now.quorum ?? 1);

/** The policy something was judged under, where it does not say: the one the run was started with. */
const judgedUnder = (state: RunState, policy: string | null | undefined): string | null =>
  policy === undefined ? (state.settings.policy ?? null) : policy;

/** Whether a wish has to be judged before it is granted (P3). Without any policy, reads and writes are not judged at all. */
export function isUnjudged(state: RunState, wish: Judgeable): boolean {
  if (wish.kind === "call") return judgedUnder(state, wish.policy) !== state.policy;
  return state.policy !== null && wish.judged !== state.policy;
}

/** Whether a wish comes back from the policy. It has been paid for. */
export const isBack = (wish: Wish): wish is BoardWish => wish.kind === "board" && wish.judged !== undefined;

/** Sends a wish to be judged: a call back to its gate, a read or write to the policy. */
export function submit(state: RunState, wish: Judgeable): Reaction {
  if (wish.kind === "call")
    return { state, commands: [{ type: "tell", params: { to: wish.id, event: { type: "hold.stale" } } }] };
  const { attempt, act, labels } = wish;
  const input = { attempt, act, ...(labels === undefined ? {} : { labels }) } as unknown as Json;
  const key = `${wish.id}/authorise/${state.policyChanges}`;
  return {
    state: { ...state, judging: withRow(state.judging, key, wish) },
    commands: [{ type: "perform", params: { key, effect: "read", src: "authorise", input } }],
  };
}

/** What the policy said of a read or write. */
export interface Authorised {
  readonly verdict: Verdict;
  /** As in a judgement: absent where it is the one the run was started with. */
  readonly policy?: string | null;
}

/** Puts a read or write that was allowed back in line, and answers one that was not. */
export function authorised(state: RunState, key: string, { verdict, policy }: Authorised): Reaction {
  const wish = state.judging[key];
  if (wish === undefined || wish.kind !== "board") return { state, commands: [] };
  const next = { ...state, judging: withoutRow(state.judging, key) };
  if (verdict.kind !== "allow") return refused(next, wish, verdict);
  const judged = judgedUnder(state, policy);
  return { state: { ...next, queue: [...next.queue, { ...wish, judged }] }, commands: [] };
}

const NO_VERDICT: Verdict = { kind: "deny", rule: "policy.failed", reason: "the policy could not be asked" };

/** The policy could not be asked. */
export const unauthorised = (state: RunState, key: string): Reaction => authorised(state, key, { verdict: NO_VERDICT });

function refused(state: RunState, wish: BoardWish, verdict: Verdict): Reaction {
  const reason = verdict.kind === "allow" ? "" : verdict.reason;
  const message =
    verdict.kind === "ask"
      ? `${reason}: a read or write of the blackboard cannot wait for a person; make it a tool`
      : reason;
  const failure: Failure = { code: "policy.denied", message };
  const result = { kind: "refused", rule: verdict.rule, failure: { ...failure } };
  const told: Command = {
    type: "tell",
    params: { to: wish.agent, event: { type: "act.settled", n: wish.n, result } },
  };
  return { state, commands: [told] };
}

/** Another policy is in force: what is held or asked about hears of it, and is judged again before it is begun (P3). */
export function adoptPolicy(
  state: RunState,
  { policy, restarted }: { readonly policy: string | null; readonly restarted: boolean },
): Reaction {
  if (policy === state.policy) return { state, commands: [] };
  const reason = `${policy ?? "no policy"} in the place of ${state.policy ?? "none"}`;
  return {
    state: { ...state, policy, policyChanges: state.policyChanges + 1 },
    commands: [
      { type: "record", params: { rule: "policy.changed", verdict: "adopted", reason } },
      ...Object.keys(state.acts).map(
        (to): Command => ({ type: "tell", params: { to, event: { type: "policy.changed", restarted } } }),
      ),
    ],
  };
}
