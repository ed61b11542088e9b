/** Agent paths: everything that can happen to one attempt at one task. */
import type { AnyEventObject, SnapshotFrom } from "xstate";
import { agentMachine } from "../../machines/agent.ts";
import type { AgentInput } from "../../machines/agent-events.ts";
import type { Act } from "../../src/contracts/acts.ts";
import type { ApprovalOutcome } from "../../src/contracts/approvals.ts";
import type { Failure } from "../../src/contracts/errors.ts";
import type { Review } from "../../src/contracts/evaluation.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { ActResult } from "../../src/contracts/tools.ts";
import { type PathStep, type StatePath, statePaths } from "../../src/testing/state-paths.ts";

export type AgentPath = StatePath<typeof agentMachine>;
type AgentSnapshot = SnapshotFrom<typeof agentMachine>;

export const TIMEOUT = "xstate.after.timeout.agent.working";
export const TIMEOUT_MS = 60_000;

/** That may be open at once; no path has more. */
export const MAX_ACTS = 2;

/** The tool that is a model. */
export const MODEL = "ask_model";

export const agentInput: AgentInput = {
  attempt: { run: "run_1", actor: "a#1", agent: "worker", task: "a", position: 0, number: 1, since: 2, startedAt: 0 },
  assignment: {
    objective: "finish",
    task: "a",
    goal: "",
    input: null,
    inputs: {},
    attempt: 1,
    findings: [],
    accountable: "owner",
  },
  timeoutMs: TIMEOUT_MS,
  approvals: {},
  agents: ["worker", "helper"],
  maxOpenActs: MAX_ACTS,
  models: [MODEL],
};

/** Acts by kind; each is different from those before it, as a function's would be. */
export const actOf = (kind: Act["kind"], n: number): Act => {
  switch (kind) {
    case "tool":
      return { kind, tool: "send", args: { n } };
    case "ask":
      return { kind, question: `question ${n}` };
    case "read":
      return { kind, key: "notes" };
    case "write":
      return { kind, key: "notes", value: n };
    case "delegate":
      return { kind, agent: "helper", objective: `part ${n}` };
  }
};

export const OUTPUT: Json = { done: true };
export const threw: Failure = { code: "agent.failed", message: "the function threw" };
export const gateFailed: Failure = { code: "machine.failed", message: "its gate failed" };
export const accepted: Review = { accepted: true, scores: { style: 1 }, findings: [] };
export const rejected: Review = {
  accepted: false,
  scores: { style: 0 },
  findings: [{ source: "style", message: "poor" }],
};

/** Why a gate refuses a call that its judge denied. */
export const denied: ActResult = {
  kind: "refused",
  rule: "test",
  failure: { code: "policy.denied", message: "the rule says so" },
};

/** How a delegated part ends well. */
const partDone: ActResult = { kind: "completed", value: { kind: "completed", task: "a/0", output: OUTPUT } };

/** Acts under way, in the order in which they were proposed. */
export interface AgentWorld {
  readonly open: readonly { readonly n: number; readonly kind: Act["kind"] | "thought" }[];
}

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
const thoughtOf = (n: number): Act => ({ kind: "tool", tool: MODEL, args: { n } });
const propose = (n: number, act: Act): AnyEventObject => ({ type: "act.proposed", n, act });

const outcomes: readonly ApprovalOutcome[] = [
  { kind: "answered", by: "ann", value: "yes" },
  { kind: "rejected", by: "ann", reason: "no" },
];

function plausible(snapshot: AgentSnapshot, { open }: AgentWorld): readonly AnyEventObject[] {
  const { acts } = snapshot.context;
  const shared = open.find(({ kind }) => kind === "write");
  const isSuspended = snapshot.value === "suspended";
  // The orchestrator answers a read or write in the entry that asks for it, unless the run is paused.
  if (shared !== undefined && !isSuspended)
    return [{ type: "act.settled", n: shared.n, result: { kind: "completed", value: null } }];
  const settled = open.flatMap(({ n, kind }): readonly AnyEventObject[] => {
    if (kind === "ask") return outcomes.map((outcome) => ({ type: "question.answered", ref: n, outcome }));
    if (kind === "write") return [];
    // What was delegated is held back by a pause like everything else.
    if (kind === "delegate") return isSuspended ? [] : [{ type: "act.settled", n, result: partDone }];
    return [
      { type: "act.settled", n, result: denied },
      { type: "actor.failed", actor: `a#1/${n}`, failure: gateFailed },
    ];
  });
  const proposed = [
    ...(open.length === MAX_ACTS ? [propose(acts, actOf("tool", acts))] : []),
    ...(acts < MAX_ACTS
      ? [
          ...(["tool", "ask", "write", "delegate"] as const).map((kind) => propose(acts, actOf(kind, acts))),
          propose(acts, thoughtOf(acts)),
        ]
      : []),
    propose(acts + 1, actOf("tool", acts + 1)),
    ...(acts > 0 ? [propose(acts - 1, actOf("tool", acts - 1))] : []),
  ];
  if (snapshot.value === "reporting")
    return [
      ...settled,
      done("review", accepted),
      done("review", rejected),
      error("review", threw),
      { type: "agent.cancel" },
    ];
  if (isSuspended) return [...settled, ...proposed, { type: "agent.resume" }];
  return [
    ...settled,
    ...proposed,
    done("work", OUTPUT),
    error("work", threw),
    { type: TIMEOUT },
    { type: "agent.suspend" },
    { type: "agent.cancel" },
  ];
}

/** Whatever the chart makes of an event, an act is under way from its proposal to its end. */
function after(world: AgentWorld, { event, taken }: PathStep): AgentWorld {
  const without = (n: number): AgentWorld => ({ open: world.open.filter((one) => one.n !== n) });
  switch (event.type) {
    case "act.proposed":
      return taken.some((name) => name.includes("act.proposed") && !/isOutOfTurn|isFlood/.test(name))
        ? {
            open: [...world.open, { n: event["n"], kind: event["act"].tool === MODEL ? "thought" : event["act"].kind }],
          }
        : world;
    case "act.settled":
      return without(event["n"]);
    case "question.answered":
      return without(event["ref"]);
    default:
      return world;
  }
}

export const agentPaths = (machine = agentMachine): readonly AgentPath[] =>
  statePaths<typeof agentMachine, AgentWorld>(machine, {
    input: agentInput,
    events: plausible,
    world: { start: () => ({ open: [] }), after },
    abstraction: ({ context: { acts, works, failure, open: count } }, { open }) => [
      acts,
      count,
      Math.min(works, 2),
      failure.code,
      open.map(({ kind }) => kind).toSorted(),
    ],
  });
