/** Gate paths: everything that can happen to one proposed call. */
import type { AnyEventObject, SnapshotFrom } from "xstate";
import { toolGateMachine } from "../../machines/tool-gate.ts";
import type { ToolGateInput } from "../../machines/tool-gate-events.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import type { ApprovalOutcome } from "../../src/contracts/approvals.ts";
import type { Failure } from "../../src/contracts/errors.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { EffectClass, Executed, Judgement, Verdict } from "../../src/contracts/tools.ts";
import { canonical } from "../../src/decisions/ingest.ts";
import { type StatePath, statePaths } from "../../src/testing/state-paths.ts";

export type GatePath = StatePath<typeof toolGateMachine>;
type GateSnapshot = SnapshotFrom<typeof toolGateMachine>;

export const GATE = "a#1/0";
export const TIMEOUT = "xstate.after.timeout.gate.executing";
export const BACKOFF = "xstate.after.backoff.gate.backing-off";
const TIMEOUT_MS = 1_000;

export const gateInput: ToolGateInput = {
  actor: GATE,
  n: 0,
  attempt: { run: "run_1", actor: "a#1", agent: "worker", task: "a", position: 0, number: 1, since: 1, startedAt: 0 },
  tool: "send",
  args: { text: "first" },
  rationale: "because",
  approvals: {},
  agents: ["worker", "helper"],
};

export const EDITED: Json = { text: "edited" };

export const digestOf = (args: Json): string => sha256(canonical(args));

export function judged(args: Json, kind: Verdict["kind"], effect: EffectClass): Judgement {
  const verdict: Verdict =
    kind === "allow" ? { kind, rule: "test" } : { kind, rule: "test", reason: "the rule says so" };
  return {
    verdict,
    policy: "test",
    call: { tool: "send", args, digest: digestOf(args) },
    effect,
    hold: { costMicroUsd: 5, tokens: 0 },
    symbol: "fresh",
    timeoutMs: TIMEOUT_MS,
  };
}

export const executed: Executed = {
  output: { sent: true },
  digest: "of the output",
  cost: { costMicroUsd: 3, tokens: 0 },
};
export const broken: Failure = { code: "tool.failed", message: "it broke" };
/** As the host says it of an effect that was under way when the process ended. */
export const lost = (key: string): Failure => ({
  code: "effect.unknown",
  message: `the process ended while ${key} was under way; whether it happened is not known`,
});

const answered = (outcome: ApprovalOutcome): AnyEventObject => ({ type: "question.answered", outcome });
const done = (id: string, output: unknown): AnyEventObject => ({
  type: `xstate.done.actor.${id}`,
  output,
  actorId: id,
});
const error = (id: string, failure: Failure): AnyEventObject => ({
  type: `xstate.error.actor.${id}`,
  error: failure,
  actorId: id,
});

const approve = (digest: string): AnyEventObject => answered({ kind: "approved", by: "ann", digest });
const edit = answered({ kind: "edited", by: "ann", value: EDITED });
const answer = answered({ kind: "answered", by: "ann", value: "it was sent" });
const reject = answered({ kind: "rejected", by: "ann", reason: "no" });
const expire = answered({ kind: "expired" });
const grant: AnyEventObject = { type: "hold.granted" };
/** The chart of its question failed. */
const crash = (actor: string): AnyEventObject => ({
  type: "actor.failed",
  actor,
  failure: { code: "machine.failed", message: "its chart threw" },
});
/** An earlier attempt made this call, or may have. */
const share: AnyEventObject = { type: "hold.shared", value: { sent: "by the first attempt" } };
const doubt: AnyEventObject = { type: "hold.doubtful", key: "a/0-earlier" };
const retry: AnyEventObject = { type: "retry.granted", afterMs: 1_000 };
const noRetry: AnyEventObject = { type: "retry.refused" };
const refuse: AnyEventObject = {
  type: "hold.refused",
  rule: "loop.forbidden",
  failure: {
    code: "loop.detected",
    message: "send with these arguments gave the same result again and again; do something else",
  },
};

/** What the host, the orchestrator and people really say in each state. */
function plausible({ value, context }: GateSnapshot): readonly AnyEventObject[] {
  const { args, judgement, round } = context;
  const key = (kind: string) => `${GATE}/${kind}/${round}`;
  switch (value) {
    case "judging":
      return [
        done("judge", judged(args, "deny", "once")),
        done("judge", judged(args, "ask", "once")),
        done("judge", judged(args, "ask", "reconcilable")),
        ...(["read", "once", "reconcilable"] as const).map((effect) => done("judge", judged(args, "allow", effect))),
        error("judge", broken),
      ];
    case "holding":
      return [grant, refuse, ...(judgement?.effect === "read" ? [] : [share, doubt])];
    case "asking":
      return [approve(judgement?.call.digest ?? ""), edit, reject, expire, crash(`${GATE}/approve/${round}`)];
    case "executing":
      return [
        done("execute", executed),
        error("execute", broken),
        // The host performs again what may be performed again; only of the others is an outcome lost.
        ...(judgement?.effect === "read" ? [] : [error("execute", lost(key("execute")))]),
        { type: TIMEOUT },
      ];
    case "failing":
      return [...(context.tries === 0 ? [retry] : []), noRetry];
    case "backing-off":
      return [{ type: BACKOFF }];
    case "reconciling":
      return [
        done("reconcile", { kind: "done", output: "found", digest: "of what was found" }),
        done("reconcile", { kind: "absent" }),
        done("reconcile", { kind: "unknown" }),
        error("reconcile", broken),
      ];
    case "unknown":
      return [approve(judgement?.call.digest ?? ""), answer, reject, expire, crash(`${GATE}/unknown/${round}`)];
    default:
      return [];
  }
}

/** What nobody should say now, and what is bound to something else. */
const hostile: readonly AnyEventObject[] = [
  grant,
  share,
  doubt,
  refuse,
  retry,
  noRetry,
  approve("of something else"),
  approve(digestOf(gateInput.args)),
  approve(digestOf(EDITED)),
  answer,
  edit,
];

const abstraction = ({ context: { judgement, editor, sent, round, tries, result } }: GateSnapshot) => [
  judgement?.verdict.kind,
  judgement?.effect,
  editor,
  sent,
  Math.min(round, 2),
  Math.min(tries, 2),
  result.kind === "completed" ? "completed" : result.failure.code,
];

/** Paths of what really happens; each can be had in a host. */
export const gatePaths = (machine = toolGateMachine): readonly GatePath[] =>
  statePaths(machine, { input: gateInput, events: plausible, abstraction });

/** The same, with everything said at every wrong time too. */
export const hostileGatePaths = (machine = toolGateMachine): readonly GatePath[] =>
  statePaths(machine, {
    input: gateInput,
    events: (snapshot) => [...plausible(snapshot), ...hostile],
    filterEvents: () => true,
    abstraction,
    every: "event",
  });
