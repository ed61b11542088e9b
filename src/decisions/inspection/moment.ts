/**
 * Moment: all that stood in a run after one entry, for every panel of a page.
 *
 * O1  It is made of the orchestrator's state and of what the journal says up to that entry, and of nothing later.
 */
import type { Failure } from "../../contracts/errors.ts";
import type { RunId } from "../../contracts/ids.ts";
import type { ActorNode, Denial, Moment, Order, Taken } from "../../contracts/inspection.ts";
import type { RunSettings } from "../../contracts/settings.ts";
import type { Seq, Timestamp } from "../../contracts/units.ts";
import { openLedger } from "../budget.ts";
import { budgetReportOf } from "../budget-report.ts";
import { isOver, statusOf } from "../report.ts";
import type { RunState } from "../run-state.ts";
import { NO_TASKS } from "../schedule.ts";
import { NO_SPENDING } from "../spending.ts";
import { bounded } from "./bounded.ts";
import type { LoopNote } from "./entry-notes.ts";
import { type TaskTimes, taskGraph } from "./task-graph.ts";

/** What the journal's text says up to an entry. */
export interface Notes extends Pick<Begun, "forkedFrom"> {
  readonly denials: readonly Denial[];
  readonly loops: readonly LoopNote[];
  readonly orders: readonly Order[];
  readonly timesOf: (task: string) => TaskTimes;
}

/** Where and when. */
export interface Place {
  readonly run: RunId;
  readonly seq: Seq;
  readonly head: Seq;
  readonly at: Timestamp;
  readonly state: string;
}

export interface Actors {
  readonly actors: readonly ActorNode[];
  readonly actorsLeft: number;
  readonly taken: readonly Taken[];
}

const SHOWN = { depth: 8, items: 200, text: 10_000 };

export function momentOf(run: RunState, place: Place, actors: Actors, notes: Notes, fatal?: Failure): Moment {
  const status = fatal === undefined ? statusOf(place.state) : "failed";
  const failure = fatal ?? run.failure;
  return {
    ...place,
    ...actors,
    state: fatal === undefined ? place.state : "failed",
    status,
    name: run.settings.name,
    objective: run.objective,
    tasks: taskGraph(run.schedule, { at: place.at, isOver: isOver(status), timesOf: notes.timesOf }),
    budget: budgetReportOf(run),
    board: Object.values(run.board).map((entry) => ({ ...entry, value: bounded(entry.value, SHOWN) })),
    // A person decides on what is shown: nothing of a question is left out.
    questions: isOver(status) ? [] : run.questions,
    decided: run.decided,
    loops: notes.loops,
    conflicts: run.conflicts,
    shares: run.shares,
    quarantines: run.quarantines,
    denials: notes.denials,
    orders: notes.orders,
    findings: run.findings,
    ...(status === "completed" ? { output: bounded(run.output, SHOWN) } : {}),
    ...(failure === null ? {} : { failure: `${failure.code}: ${failure.message}` }),
    ...(notes.forkedFrom === undefined ? {} : { forkedFrom: notes.forkedFrom }),
  };
}

/** What the start of a run says of it, and its list of runs. */
export interface Begun {
  readonly objective: string;
  readonly settings: RunSettings;
  readonly startedAt: Timestamp;
  readonly forkedFrom?: { readonly run: RunId; readonly seq: Seq };
}

/** What is left of a moment when the run's charts are not here: what the journal's text says, and why it is no more. */
export function limitedMoment(begun: Begun, place: Place, actors: Actors, notes: Notes, limited: string): Moment {
  const ledger = openLedger(begun.settings.limits, begun.startedAt);
  return {
    ...place,
    ...actors,
    status: statusOf(place.state),
    name: begun.settings.name,
    objective: begun.objective,
    tasks: [],
    budget: budgetReportOf({ ledger, spending: NO_SPENDING, schedule: NO_TASKS }),
    board: [],
    questions: [],
    decided: [],
    loops: notes.loops,
    conflicts: [],
    shares: [],
    quarantines: [],
    denials: notes.denials,
    orders: notes.orders,
    findings: [],
    ...(notes.forkedFrom === undefined ? {} : { forkedFrom: notes.forkedFrom }),
    limited,
  };
}
