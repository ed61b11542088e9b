/** Runs built by hand: settings, plans and states, as the rules see them. */
import type { Act } from "../../src/contracts/acts.ts";
import type { QuestionKind } from "../../src/contracts/approvals.ts";
import type { Amount } from "../../src/contracts/budget.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { LoopEvidence } from "../../src/contracts/loops.ts";
import type { Plan, Task } from "../../src/contracts/plan.ts";
import type { AgentGrant, RunSettings } from "../../src/contracts/settings.ts";
import { adopt, dispatch } from "../../src/decisions/assignment.ts";
import type { Closed, Opened } from "../../src/decisions/question.ts";
import { type CallWish, type Moment, openRun, type RunState, type Wish } from "../../src/decisions/run-state.ts";

export const grantOf = (name: string, more: Partial<AgentGrant> = {}): AgentGrant => ({
  name,
  tools: [],
  reads: [],
  writes: [],
  requires: [],
  ...more,
});

export const settingsOf = (more: Partial<RunSettings> = {}): RunSettings => ({
  name: "test",
  agents: [grantOf("ann"), grantOf("bob")],
  limits: {},
  concurrency: 2,
  retries: 1,
  replans: 1,
  owner: "olga",
  approvals: {},
  loops: {},
  asksPeople: true,
  ...more,
});

export const taskOf = (id: string, more: Partial<Task> = {}): Task => ({ id, agent: "ann", ...more });

export const planOf = (...tasks: readonly (Task | string)[]): Plan => ({
  tasks: tasks.map((task) => (typeof task === "string" ? taskOf(task) : task)),
});

export const at = (time: number, seq = 1): Moment => ({ at: time, seq });

export const amount = (more: Partial<Amount> = {}): Amount => ({
  costMicroUsd: 0,
  tokens: 0,
  steps: 0,
  toolCalls: 0,
  ...more,
});

/** A run that has adopted a plan and started nothing. */
export const plannedRun = (plan: Plan, settings: Partial<RunSettings> = {}): RunState =>
  adopt(
    openRun({
      run: "r1",
      objective: "finish",
      objectiveDigest: "d0",
      input: null,
      settings: settingsOf(settings),
      at: 0,
    }),
    plan,
  );

/** A run whose ready tasks are running. */
export const runningRun = (plan: Plan, settings: Partial<RunSettings> = {}): RunState =>
  dispatch(plannedRun(plan, settings), at(0)).state;

export const callOf = (id: string, more: Partial<CallWish> = {}): CallWish => ({
  kind: "call",
  id,
  agent: id.slice(0, id.indexOf("/")),
  position: 0,
  tool: "search",
  symbol: "s1",
  places: [],
  maxIdentical: null,
  hold: { costMicroUsd: 0, tokens: 0 },
  effect: "read",
  digest: "d1",
  key: "one/0-d1",
  ...more,
});

/** Three identical calls of task `a`. */
export const evidenceOf = (call: string): LoopEvidence => ({
  detector: "period",
  task: "a",
  call,
  period: 1,
  count: 3,
  steps: [],
});

export const boardOf = (
  id: string,
  act: Act,
  more: { readonly agent?: string; readonly position?: number } = {},
): Wish => {
  const actor = id.slice(0, id.indexOf("/"));
  return {
    kind: "board",
    id,
    agent: actor,
    attempt: {
      run: "r1",
      actor,
      agent: more.agent ?? "ann",
      task: actor.slice(0, actor.indexOf("#")),
      position: more.position ?? 0,
      number: 1,
      since: 1,
      startedAt: 0,
    },
    n: Number(id.slice(id.indexOf("/") + 1)),
    act,
  };
};

export const writeOf = (key: string, value: Json, expect?: number): Act => ({
  kind: "write",
  key,
  value,
  ...(expect === undefined ? {} : { expect }),
});

/** How a question of the gate, or of an agent, ends. */
export const closed = (asker: string, kind: QuestionKind, more: Partial<Closed> = {}): Closed => {
  const { approval, asker: waiting } = opened(asker, kind);
  return { approval, asker: waiting, outcome: "approved", by: "olga", ...more };
};

/** A question of the gate `asker`, or of an agent about its own act when the kind is `answer`. */
export const opened = (asker: string, kind: QuestionKind, role = "owner"): Opened => ({
  approval: kind === "answer" ? asker : `${asker}/${kind}/0`,
  asker: kind === "answer" ? asker.slice(0, asker.indexOf("/")) : asker,
  question: { kind, title: "?", subject: null, digest: "d1", reason: "r", requester: {} },
  role,
  expiresMs: 100,
});
