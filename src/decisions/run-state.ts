/** Run state: what the orchestrator knows of its run. Its statechart's context; every rule reads and returns parts of it. */
import type { Act, Attempt } from "../contracts/acts.ts";
import type { ApprovalOutcome, ApprovalRequest, Decided, QuestionKind } from "../contracts/approvals.ts";
import type { Conflict } from "../contracts/blackboard.ts";
import type { Amount, CapGrant, Ledger, Refused } from "../contracts/budget.ts";
import type { Command } from "../contracts/commands.ts";
import type { Delegation } from "../contracts/delegation.ts";
import type { Failure } from "../contracts/errors.ts";
import type { Acceptance } from "../contracts/evaluation.ts";
import type { ActorId, AgentName, Digest, RunId } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { Labels, Tracked } from "../contracts/labels.ts";
import type { LoopEvidence } from "../contracts/loops.ts";
import type { Finding } from "../contracts/plan.ts";
import type { Source } from "../contracts/provenance.ts";
import type { Quarantine, Share } from "../contracts/report.ts";
import type { RunSettings } from "../contracts/settings.ts";
import type { Cost, EffectClass } from "../contracts/tools.ts";
import type { Seq, Timestamp } from "../contracts/units.ts";
import type { Blackboard } from "./blackboard.ts";
import { openLedger } from "./budget.ts";
import type { CallClaims } from "./call-claim.ts";
import type { Drift } from "./drift.ts";
import type { Claims } from "./duplicate.ts";
import { HEALTHY, type Health } from "./health.ts";
import { TRUSTED, tracked } from "./labels.ts";
import { type Loops, NO_LOOPS } from "./loop.ts";
import { agentParts } from "./parts.ts";
import type { Rejection } from "./rejection.ts";
import { NO_TASKS, type Schedule } from "./schedule.ts";
import { NO_SPENDING, type Spending } from "./spending.ts";

export type CallWish = Extract<Wish, { readonly kind: "call" }>;

/** A call waiting for its hold; a read, a write or a delegation waiting for its turn. */
export type Wish =
  | {
      readonly kind: "call";
      readonly id: ActorId;
      readonly agent: ActorId;
      readonly position: number;
      readonly tool: string;
      readonly symbol: Digest;
      /** What the call is about, to the loop rule. */
      readonly places: readonly string[];
      readonly maxIdentical: number | null;
      /** It asks a model. */
      readonly thinks?: true;
      readonly hold: Cost;
      readonly effect: EffectClass;
      /** Of the arguments. */
      readonly digest: Digest;
      /** What the tool knows the call by. */
      readonly key: string;
      /** What makes it the same as another task's call, where its tool says so. */
      readonly dedupe?: string;
      /** Tries before this one. */
      readonly tries?: number;
      /** What a person may have said no to. Absent: a person has written these arguments. */
      readonly fingerprint?: Digest | undefined;
      /** The policy it was judged under, where it is not the one the run was started with. */
      readonly policy?: string | null;
      /** The call is made again after its outcome was lost: paid for already, and now once more. */
      readonly again?: true;
      /** The tool to call instead when there is too little money. */
      readonly cheaper?: string;
    }
  | {
      readonly kind: "board";
      readonly id: ActorId;
      readonly agent: ActorId;
      readonly attempt: Attempt;
      readonly n: number;
      readonly act: Act;
      /** Of what the agent has heard; where labels are used. */
      readonly labels?: Tracked;
      /** The policy that has allowed it. Absent: none was asked yet. */
      readonly judged?: string | null;
    }
  | {
      readonly kind: "delegation";
      readonly id: ActorId;
      readonly agent: ActorId;
      readonly attempt: Attempt;
      readonly n: number;
      readonly act: Act;
      /** Of what the agent has heard; where labels are used. */
      readonly labels?: Tracked;
    };

/** An act that has begun and not ended. `held`: a hold is open; `asking`: a person is asked. */
export interface OpenAct {
  readonly agent: ActorId;
  readonly position: number;
  readonly stage: "held" | "asking";
  /** Its outcome was lost: it may have happened, whatever a person says. */
  readonly lost?: true;
  /** Of a call that must not happen twice. */
  readonly once?: { readonly tool: string; readonly digest: Digest; readonly key: string };
}

/** What stands in the way of going on. */
export type Trouble =
  | { readonly kind: "loop"; readonly evidence: LoopEvidence; readonly position: number }
  | (Omit<Refused, "kind"> & {
      readonly kind: "budget";
      readonly position: number;
      /** It is a plan that cannot be paid for. */
      readonly plan?: true;
      /** The call that waits, and the tool it could do with. */
      readonly gate?: ActorId;
      readonly cheaper?: string;
    });

/** The state to go back to after a pause. */
export type LiveState = "planning" | "executing" | "validating" | "looping-detected" | "over-budget" | "awaiting-human";

export interface RunInput {
  readonly run: RunId;
  readonly objective: string;
  readonly objectiveDigest: Digest;
  readonly input: Json;
  readonly settings: RunSettings;
  /** Of the objective and the input. Default: trusted and public. */
  readonly labels?: Labels;
  readonly at: Timestamp;
}

/** The labels a run passes on; there where labels are used. */
export interface Flow {
  /** Of all the planner has been told. */
  readonly labels: Tracked;
  /** Values let through in spite of their labels: by extractors and by people. */
  readonly declassified: number;
}

export interface RunState {
  readonly run: RunId;
  readonly objective: string;
  /** What the objective is known by: a person who amends it says which they replace. */
  readonly objectiveDigest: Digest;
  readonly input: Json;
  readonly settings: RunSettings;
  readonly startedAt: Timestamp;
  readonly schedule: Schedule;
  /** Plans asked for so far; the number of the one in force. */
  readonly plans: number;
  readonly repairs: number;
  readonly replans: number;
  readonly findings: readonly Finding[];
  readonly ledger: Ledger;
  readonly loops: Loops;
  /** Of tasks at work, by task. */
  readonly drift: { readonly [task: string]: Drift };
  readonly claims: Claims;
  readonly health: Health;
  readonly quarantines: readonly Quarantine[];
  /** Of the objective, from 0 to 1; by criterion, where it has any; and when that was measured last. */
  readonly progress: number;
  readonly acceptance: Acceptance;
  readonly measurements: { readonly settled: number; readonly times: number };
  readonly measuring: boolean;
  readonly callClaims: CallClaims;
  readonly shares: readonly Share[];
  readonly board: Blackboard;
  readonly conflicts: readonly Conflict[];
  readonly acts: { readonly [actor: ActorId]: OpenAct };
  /** How many of `acts` wait for a person. */
  readonly asking: number;
  readonly queue: readonly Wish[];
  /** Reads and writes that the policy is asked about, by the key of the asking. */
  readonly judging: { readonly [key: string]: Wish };
  /** The id of the policy in force. */
  readonly policy: string | null;
  /** How often it was replaced. */
  readonly policyChanges: number;
  readonly questions: readonly ApprovalRequest[];
  /** What people have said no to. */
  readonly rejections: readonly Rejection[];
  /** What people have decided lately. */
  readonly decided: readonly Decided[];
  readonly trouble: Trouble | null;
  /** Tasks already given to a cheaper agent. */
  readonly degraded: readonly number[];
  /** The question about the run itself, and its answer. */
  readonly concern: { readonly kind: QuestionKind; readonly approval: ActorId; readonly grant?: CapGrant } | null;
  readonly answer: ApprovalOutcome | null;
  readonly concerns: number;
  /** Times the run was paused. What is asked for again afterwards is another effect, with a key of its own. */
  readonly pauses: number;
  readonly cameFrom: LiveState;
  readonly output: Json;
  readonly failure: Failure | null;
  readonly spending: Spending;
  readonly flow?: Flow;
  /** What attempts of earlier plans were told. */
  readonly pastSources?: readonly Source[];
}

/** When: the time and place in the journal of the input being worked on. */
export interface Moment {
  readonly at: Timestamp;
  readonly seq: Seq;
}

/** What an event leads to: the next state, and what the host is to do. */
export interface Reaction {
  readonly state: RunState;
  readonly commands: readonly Command[];
}

export const STEP: Amount = { costMicroUsd: 0, tokens: 0, steps: 1, toolCalls: 0 };

export const openRun = ({ run, objective, objectiveDigest, input, settings, labels, at }: RunInput): RunState => ({
  run,
  objective,
  objectiveDigest,
  input,
  settings,
  startedAt: at,
  schedule: NO_TASKS,
  plans: 0,
  repairs: 0,
  replans: 0,
  findings: [],
  ledger: openLedger(settings.limits, at, agentParts(settings.agents)),
  loops: NO_LOOPS,
  drift: {},
  claims: {},
  health: HEALTHY,
  quarantines: [],
  progress: 0,
  acceptance: {},
  measurements: { settled: 0, times: 0 },
  measuring: false,
  callClaims: {},
  shares: [],
  board: {},
  conflicts: [],
  acts: {},
  asking: 0,
  queue: [],
  judging: {},
  policy: settings.policy ?? null,
  policyChanges: 0,
  questions: [],
  rejections: [],
  decided: [],
  trouble: null,
  degraded: [],
  concern: null,
  answer: null,
  concerns: 0,
  pauses: 0,
  cameFrom: "planning",
  output: null,
  failure: null,
  spending: NO_SPENDING,
  ...(settings.flow === undefined
    ? {}
    : { flow: { labels: tracked(labels ?? TRUSTED, "the run's input"), declassified: 0 } }),
});

export const canReplan = (state: RunState): boolean => state.replans < state.settings.replans;

/** The agent that may take over the task at `position`, if there is one that is not on it and has not given it up. */
export function fallbackOf(state: RunState, position: number): string | undefined {
  const task = state.schedule.tasks[position];
  const fallback = state.settings.agents.find((agent) => agent.name === task?.agent)?.fallback;
  if (fallback === undefined || fallback === task?.agent || task?.gaveUp?.includes(fallback)) return undefined;
  return mayBeGiven(state, task?.delegation, fallback) ? fallback : undefined;
}

/** A delegated task goes to nobody to whom its delegator could not have given it. */
function mayBeGiven({ settings }: RunState, delegation: Delegation | undefined, agent: AgentName): boolean {
  if (delegation === undefined) return true;
  const delegator = settings.agents.find(({ name }) => name === delegation.chain.at(-1));
  return (delegator?.delegates ?? []).includes(agent) && !delegation.chain.includes(agent);
}
