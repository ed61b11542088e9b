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

export function judged(args: Json, kind: Verdict["kind"], effect: EffectClass, role?: string): Judgement {
  const verdict: Verdict =
    kind === "allow"
      ? { kind, rule: "test" }
      : { kind, rule: "test", reason: "the rule says so", ...(role === undefined ? {} : { role }) };
  return {
    verdict,
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
/** Another policy came into force meanwhile. */
const stale: AnyEventObject = { type: "hold.stale" };
const change = (restarted: boolean): AnyEventObject => ({ type: "policy.changed", restarted });
/** There is too little money for this tool, and enough for another. */
const substitute: AnyEventObject = { type: "hold.substituted", tool: "send-less" };
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
function plausible(snapshot: GateSnapshot): readonly AnyEventObject[] {
  const { earlier, stale: isStale } = snapshot.context;
  if (earlier !== null || isStale) return afterChange(snapshot);
  return [...beforeChange(snapshot), ...changes(snapshot)];
}

function beforeChange({ value, context }: GateSnapshot): readonly AnyEventObject[] {
  const { tool, args, judgement, round, sent } = context;
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
      // A call that is made again is held for again, and looked at no more.
      if (sent) return context.tries > 0 ? [grant, refuse] : [grant];
      if (tool !== "send") return [grant, refuse];
      return [grant, refuse, substitute, ...(judgement?.effect === "read" ? [] : [share, doubt])];
    case "asking":
      return [approve(judgement?.call.digest ?? ""), edit, reject, expire, crash(`${GATE}/approve/${round}`)];
    case "executing":
      return [
        done("execute", executed),
        error("execute", broken),
        // Money is held for all of these; what is free and may be performed again, the host performs again.
        ...(context.tries > 0 ? [] : [error("execute", lost(key("execute")))]),
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

/** Another policy comes into force, once on each path. */
function changes({ value, context: { judgement, editor, round, sent } }: GateSnapshot): readonly AnyEventObject[] {
  if (round > 0 && editor === null) return [];
  switch (value) {
    case "holding":
      // Of a call that is made again it is told while it executes.
      return sent ? [] : [stale];
    case "executing":
      if (editor !== null) return [];
      // What is safe to repeat would be begun again by the process that takes the run up.
      return [change(false), ...(judgement?.effect === "read" ? [change(true)] : [])];
    case "asking":
    case "reconciling":
    case "unknown":
      return [change(false)];
    default:
      return [];
  }
}

/** What can happen under another policy that could not happen without, and what ends it. */
function afterChange({ value, context }: GateSnapshot): readonly AnyEventObject[] {
  const { args, judgement, earlier, round, sent } = context;
  const yes = approve(judgement?.call.digest ?? "");
  switch (value) {
    case "judging":
      if (earlier === null) return [done("judge", judged(args, "allow", "once"))];
      return judgement === null ? [] : judgedAgain(context, judgement);
    case "holding":
      // What was granted once is not found to have been made by an earlier attempt afterwards.
      return sent ? [grant] : [grant, refuse];
    case "asking":
      return [yes, ...(earlier === null ? [edit] : []), expire];
    case "executing":
      return [
        done("execute", executed),
        ...isOnce(judgement).map(() => error("execute", lost(`${GATE}/execute/${round}`))),
      ];
    case "reconciling":
      return [done("reconcile", { kind: "absent" })];
    case "unknown":
      return [yes];
    default:
      return [];
  }
}

const isOnce = (judgement: Judgement | null): readonly true[] => (judgement?.effect === "read" ? [] : [true]);

/** What the present policy and the earlier one say together; and whether a person was asked for as much. */
function judgedAgain(
  { args, earlier, word }: GateSnapshot["context"],
  { effect }: Judgement,
): readonly AnyEventObject[] {
  const kinds = (["deny", "ask", "allow"] as const).slice(0, earlier?.kind === "ask" ? 2 : 3);
  return [
    ...kinds.map((kind) => done("judge", judged(args, kind, effect))),
    ...(word === null ? [] : [done("judge", judged(args, "ask", effect, "somebody else"))]),
  ];
}

/** What nobody should say now, and what is bound to something else. */
const hostile: readonly AnyEventObject[] = [
  grant,
  share,
  doubt,
  stale,
  change(true),
  refuse,
  substitute,
  retry,
  noRetry,
  approve("of something else"),
  approve(digestOf(gateInput.args)),
  approve(digestOf(EDITED)),
  answer,
  edit,
];

const abstraction = ({
  context: { tool, judgement, editor, stale: isStale, earlier, word, sent, round, tries, result },
}: GateSnapshot) => [
  tool,
  isStale,
  earlier?.kind,
  word !== null,
  word !== null && judgement?.verdict.kind === "ask" && judgement.verdict.role,
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

/** Whether it is the call as it was proposed, under the first policy and at its first try. */
const isPlain = ({ context: { earlier, stale: isStale, tool, tries } }: GateSnapshot): boolean =>
  earlier === null && !isStale && tool === "send" && tries === 0;

/** The same, with everything said at every wrong time too. */
export const hostileGatePaths = (machine = toolGateMachine): readonly GatePath[] =>
  statePaths(machine, {
    input: gateInput,
    events: (snapshot) => [
      ...plausible(snapshot),
      ...(isPlain(snapshot) ? hostile : [grant, approve("of something else")]),
    ],
    filterEvents: () => true,
    abstraction,
    every: "event",
  });
