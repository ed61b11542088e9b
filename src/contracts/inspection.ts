/**
 * Inspection: what a page that watches runs asks for and is told. Plain JSON, versioned; the visualizer knows this file
 * and nothing else of the house. Everything here is for display: bounded, and untrusted where models or tools said it.
 */
import type { ApprovalRequest, Decided } from "./approvals.ts";
import type { Conflict, Entry } from "./blackboard.ts";
import type { Amount } from "./budget.ts";
import type { ActorId, AgentName, PersonId, RunId, TaskId, ToolName } from "./ids.ts";
import type { InputKind, Principal, Ruling } from "./journal.ts";
import type { Json } from "./json.ts";
import type { LoopEvidence } from "./loops.ts";
import type { Finding, TaskStatus } from "./plan.ts";
import type { BudgetReport, Quarantine, RunStatus, RunSummary, Share } from "./report.ts";
import type { Milliseconds, Seq, Timestamp } from "./units.ts";

/** Of this protocol. A page refuses a server of another one and says so. */
export const INSPECTION_VERSION = 1;

// ── Charts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A state of a chart. `id` is its path in the chart, `executing.running`; the root's is empty. */
export interface ChartState {
  readonly id: string;
  readonly key: string;
  readonly parent?: string;
  readonly kind: "atomic" | "compound" | "parallel" | "final" | "history";
  /** The child a compound state begins in. */
  readonly initial?: string;
  readonly description?: string;
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly string[];
}

/** A transition. `id` is `<source>/<event>/<n-th of that event>`, the same for every reading of the chart. */
export interface ChartEdge {
  readonly id: string;
  readonly source: string;
  /** Absent: it stays where it is and only acts. */
  readonly target?: string;
  /** All it leads to, where it enters several regions at once. */
  readonly targets?: readonly string[];
  readonly kind: "event" | "always" | "after" | "done" | "error";
  /** As a person says it: the event, `after 30 s`, the invoked actor that is done. */
  readonly event: string;
  readonly guard?: string;
  readonly actions: readonly string[];
}

export interface Chart {
  /** `orchestrator`, `agent`, `tool-gate`, `approval`, or what another application calls it. */
  readonly name: string;
  readonly version?: string;
  readonly states: readonly ChartState[];
  readonly edges: readonly ChartEdge[];
}

/** A way through a chart, to be played. A step says what happened, by which edges, and where that led. */
export interface ChartPath {
  readonly steps: readonly {
    readonly event: string;
    readonly edges: readonly ChartEdge["id"][];
    /** Paths of the active states, of those around others too. */
    readonly states: readonly string[];
  }[];
}

/** Ways through a chart as it is drawn: every guard is taken to hold. */
export interface ChartPaths {
  readonly chart: string;
  readonly paths: readonly ChartPath[];
  /** How many more there are. */
  readonly left: number;
  /** Why there are none: the chart has too many ways. */
  readonly limited?: string;
}

/** What stands in a guard's way: which it is, and the values it looked at. */
export interface GuardReading {
  readonly edge: ChartEdge["id"];
  /** `unknown`: it depends on the event. */
  readonly holds: boolean | "unknown";
  readonly guard: string;
  /** Dotted paths of the context it read, and what stood there; bounded. */
  readonly read: readonly { readonly path: string; readonly value: Json }[];
}

// ── Runs and their journals ──────────────────────────────────────────────────────────────────────────────────────────

export interface RunQuery {
  readonly status?: RunStatus;
  /** In the name, the objective or the id. */
  readonly search?: string;
  readonly before?: Timestamp;
  readonly limit?: number;
}

/** What was spent is as the last change of state left it; the moment has what it is now. */
export type RunRow = RunSummary;

/** What makes an entry worth stopping at. */
export type Mark =
  | "state"
  | "loop"
  | "budget"
  | "denied"
  | "asked"
  | "decided"
  | "conflict"
  | "failed"
  | "retried"
  | "late"
  | "shared"
  | "quarantined"
  | "order"
  | "replanned";

/** Marks a person jumps between. */
export const INTERVENTIONS: readonly Mark[] = [
  "loop",
  "budget",
  "denied",
  "asked",
  "conflict",
  "quarantined",
  "order",
  "replanned",
];

/** One entry as a line. */
export interface EntryRow {
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly kind: InputKind;
  readonly to: ActorId;
  readonly event: string;
  /** One sentence of at most 200 characters. */
  readonly summary: string;
  /** The orchestrator's state after it. */
  readonly state: string;
  readonly marks: readonly Mark[];
}

/** The whole journal in one look: buckets of entries, for a scrubber of any length. */
export interface Overview {
  readonly run: RunId;
  readonly head: Seq;
  readonly firstAt: Timestamp;
  readonly lastAt: Timestamp;
  readonly buckets: readonly {
    readonly from: Seq;
    readonly to: Seq;
    readonly at: Timestamp;
    /** The state in which most of the bucket's entries ended. */
    readonly state: string;
    readonly marks: { readonly [Name in Mark]?: number };
    readonly spent: Amount;
    readonly held: Amount;
    /** Actual over held so far, of calls that reported what they used. */
    readonly efficiency?: { readonly costMicroUsd?: number; readonly tokens?: number };
  }[];
  /** Amounts are known up to this entry; buckets beyond show the last that are. Absent: all are. Ask again for the rest. */
  readonly amountsTo?: Seq;
  /** Why amounts cannot be known: the journal was written by charts that are not here. */
  readonly limited?: string;
}

/** An exact stretch of the journal. */
export interface Rows {
  readonly run: RunId;
  readonly rows: readonly EntryRow[];
  readonly head: Seq;
}

export interface RowsQuery {
  readonly from: Seq;
  /** At most 500. */
  readonly limit: number;
  readonly marks?: readonly Mark[];
  readonly actor?: ActorId;
  readonly search?: string;
  /** With `marks`, `actor` or `search`: look backwards from `from`. */
  readonly backwards?: boolean;
}

// ── One moment ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ActorNode {
  readonly id: ActorId;
  readonly chart: string;
  readonly parent?: ActorId;
  /** Paths of the active states in its chart. */
  readonly active: readonly string[];
  readonly status: "active" | "done" | "error" | "stopped";
  readonly agent?: AgentName;
  readonly task?: TaskId;
  readonly tool?: ToolName;
  readonly spent?: Amount;
}

/** The last step a chart took: which edges, from where. */
export interface Taken {
  readonly actor: ActorId;
  readonly path: readonly string[];
  readonly edges: readonly ChartEdge["id"][];
}

export interface TaskNode {
  readonly id: TaskId;
  readonly agent: AgentName;
  readonly goal?: string;
  readonly accountable: PersonId;
  readonly status: TaskStatus | "stopped";
  readonly attempts: number;
  readonly needs: readonly TaskId[];
  readonly optional: boolean;
  readonly delegatedBy?: TaskId;
  readonly sharedFrom?: TaskId;
  readonly failure?: string;
  readonly startedAt?: Timestamp;
  readonly endedAt?: Timestamp;
  /** On the longest chain of tasks, by time. */
  readonly critical: boolean;
}

/** A refusal: who wanted what, and the rule that said no. */
export interface Denial {
  readonly seq: Seq;
  readonly actor: ActorId;
  readonly ruling: Ruling;
}

/** All that stood at one moment: every panel is drawn from it. */
export interface Moment {
  readonly run: RunId;
  readonly seq: Seq;
  readonly head: Seq;
  readonly at: Timestamp;
  readonly name: string;
  readonly objective: string;
  readonly status: RunStatus;
  readonly state: string;
  readonly taken: readonly Taken[];
  /** Actors that live; at most 1,000, the orchestrator first, and how many more. */
  readonly actors: readonly ActorNode[];
  readonly actorsLeft: number;
  readonly tasks: readonly TaskNode[];
  readonly budget: BudgetReport;
  readonly board: readonly Entry[];
  readonly questions: readonly ApprovalRequest[];
  readonly decided: readonly Decided[];
  readonly loops: readonly (LoopEvidence & { readonly seq: Seq; readonly answer: string })[];
  readonly conflicts: readonly Conflict[];
  readonly shares: readonly Share[];
  readonly quarantines: readonly Quarantine[];
  readonly denials: readonly Denial[];
  readonly findings: readonly Finding[];
  readonly output?: Json;
  readonly failure?: string;
  /** What people, guardians and the application ordered: pauses, caps, quarantines, other objectives. The last 1,000. */
  readonly orders?: readonly Order[];
  /** The run it began in, and after which entry, where it is a fork. */
  readonly forkedFrom?: { readonly run: RunId; readonly seq: Seq };
  /** Why only part of it is known: the journal was written by charts that are not here. */
  readonly limited?: string;
}

/** A word from outside that changed the course of the run. */
export interface Order {
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly by: Principal;
  readonly order: string;
  readonly reason?: string;
}

/** One actor of a moment, in full. */
export interface ActorView {
  readonly run: RunId;
  readonly seq: Seq;
  readonly node: ActorNode;
  readonly context: Json;
  readonly guards: readonly GuardReading[];
  /** How often each state was entered and each edge taken, up to this moment. */
  readonly visits: { readonly [id: string]: number };
  /** Visits are counted from this entry on. Absent: from the first. */
  readonly visitsFrom?: Seq;
  /** Entries after it are not counted yet. Absent: all are. */
  readonly visitsTo?: Seq;
}

/** A message of the sequence diagram. People, the application and the outside are lanes as actors are. */
export interface SequenceMessage {
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly from: string;
  readonly to: string;
  readonly kind: "message" | "request" | "reply" | "effect" | "outcome" | "signal" | "timer";
  readonly label: string;
  readonly refused?: boolean;
}

export interface Sequence {
  readonly run: RunId;
  readonly lanes: readonly {
    readonly id: string;
    readonly label: string;
    readonly kind: "actor" | "person" | "guardian" | "outside";
  }[];
  readonly messages: readonly SequenceMessage[];
}

/** The state's differences between two moments. */
export interface Difference {
  readonly from: Seq;
  readonly to: Seq;
  readonly changes: readonly { readonly path: string; readonly before?: Json; readonly after?: Json }[];
}

/** Why an entry is there: the chain from it back to the objective. */
export interface Why {
  readonly seq: Seq;
  readonly summary: string;
  readonly rulings: readonly Ruling[];
  readonly because: readonly { readonly seq: Seq; readonly kind: InputKind; readonly why: string }[];
  readonly objective: string;
  /** The entry as it stands in the journal, payloads fetched; bounded. */
  readonly entry: Json;
  readonly changes: Difference["changes"];
}

export type ChainBadge =
  | { readonly whole: true; readonly entries: number; readonly head: string }
  | {
      readonly whole: false;
      readonly seq: Seq;
      readonly reason: string;
      /** There is no chain: what is shown keeps no journal here. */
      readonly none?: true;
    };

// ── Live ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** CloudEvents 1.0, structured mode; `data` says what. `sequence` is the journal's, for events of a run. */
export interface StreamEvent<Data = StreamData> {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: RunId;
  readonly time: string;
  readonly sequence?: string;
  readonly datacontenttype: "application/json";
  readonly data: Data;
}

export type StreamData =
  /** New entries of the run that is watched, at most 200 in one event; of more than that, the last, after a gap. */
  | { readonly kind: "rows"; readonly rows: readonly EntryRow[]; readonly head: Seq }
  /** The moment after them. Sent at most ten times a second. */
  | { readonly kind: "moment"; readonly moment: Moment }
  /** Entries `from` to `to` were not sent, because the reader was slow or there were too many: ask for them. */
  | { readonly kind: "gap"; readonly from: Seq; readonly to: Seq }
  | { readonly kind: "runs"; readonly rows: readonly RunRow[] }
  | { readonly kind: "inbox"; readonly questions: readonly ApprovalRequest[] };

/** What a page sends on its stream. The token is in the first frame and nowhere else. */
export type StreamCommand =
  | { readonly kind: "hello"; readonly token: string; readonly version: number }
  | { readonly kind: "watch"; readonly run: RunId; readonly after: Seq }
  | { readonly kind: "unwatch"; readonly run: RunId };

// ── The port ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What may be seen of the runs of a store. Reads only: no lease is taken and nothing is performed. */
export interface InspectionPort {
  runs(query: RunQuery): Promise<readonly RunRow[]>;
  overview(run: RunId, buckets: number): Promise<Overview>;
  rows(run: RunId, query: RowsQuery): Promise<Rows>;
  /** At `seq`, or at the head. */
  moment(run: RunId, seq?: Seq): Promise<Moment>;
  /** Undefined: it does not live at that entry. */
  actor(run: RunId, actor: ActorId, seq?: Seq): Promise<ActorView | undefined>;
  sequence(run: RunId, from: Seq, to: Seq): Promise<Sequence>;
  difference(run: RunId, from: Seq, to: Seq): Promise<Difference>;
  why(run: RunId, seq: Seq): Promise<Why>;
  chain(run: RunId): Promise<ChainBadge>;
  chart(run: RunId, name: string): Promise<Chart>;
  paths(run: RunId, chart: string): Promise<ChartPaths>;
  inbox(): Promise<readonly ApprovalRequest[]>;
  /** Calls back with what changed of a run, coalesced, at most ten times a second; returns how to end it. */
  watch(run: RunId, after: Seq, told: (data: StreamData) => void): () => void;
  /** Whatever changes of the list of runs and of the inbox. */
  watchAll(told: (data: StreamData) => void, everyMs?: Milliseconds): () => void;
}
