/**
 * Traced: charts that say which of their transitions they take. They are for looking at a journal; a run that works is
 * not traced, and costs nothing for it.
 */
import type { AnyStateMachine } from "xstate";
import { activeStates, chartOf, edgeIdsOf } from "../../src/charts/chart.ts";
import { edgeTracer } from "../../src/charts/edge-tracer.ts";
import type { ActorId } from "../../src/contracts/ids.ts";
import type { ChartEdge } from "../../src/contracts/inspection.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { Logics } from "./core.ts";
import { type Action, type Logic, logicOf, type Snapshot } from "./logic.ts";
import { programOf } from "./program.ts";
import { ProgramRunner } from "./run-program.ts";
import { stateName } from "./state-name.ts";

/** One transition of one actor: the edges it took, eventless ones included, and the states it entered. */
export interface TracedStep {
  readonly actor: ActorId;
  readonly edges: readonly ChartEdge["id"][];
  readonly entered: readonly string[];
  /** The state it ended in, and whether that is another one than before. */
  readonly state: string;
  readonly isMoved: boolean;
}

/** The charts of runs, traced. What is taken is collected until it is asked for. */
export class TracedCharts {
  readonly #logics: Logics;
  readonly #traced = new Map<string, Logic>();
  #steps: TracedStep[] = [];

  constructor(logics: Logics) {
    this.#logics = logics;
  }

  readonly of: Logics = (kind) => {
    const logic = this.#logics(kind);
    if (logic === undefined) return undefined;
    const known = this.#traced.get(kind) ?? traced(logic.machine, (step) => this.#steps.push(step));
    this.#traced.set(kind, known);
    return known;
  };

  /** What was taken since it was asked last. */
  taken(): readonly TracedStep[] {
    const steps = this.#steps;
    this.#steps = [];
    return steps;
  }
}

type Result = readonly [Snapshot, readonly Action[]];

const MARK = "bailiwick.taken";

function traced(machine: AnyStateMachine, told: (step: TracedStep) => void): Logic {
  const trace = stepsOf(machine, told);
  const ids = edgeIdsOf(machine);
  const program = programOf(machine, (definition) => ({ kind: "command", type: MARK, params: ids.get(definition) }));
  if (program === undefined) return tracedByXState(machine, trace);
  const runner = new ProgramRunner(program);
  const unmarked = (id: ActorId, before: Snapshot | undefined, [snapshot, actions]: Result): Result => {
    const edges: string[] = [];
    const rest: Action[] = [];
    for (const action of actions) {
      if (action.type === MARK) edges.push(String(action.params));
      else rest.push(action);
    }
    trace(id, edges, before, snapshot);
    return [snapshot, rest];
  };
  return {
    ...logicOf(machine),
    initial: (id, input) => unmarked(id, undefined, runner.initial(input)),
    apply: (id, snapshot, event) => unmarked(id, snapshot, runner.apply(snapshot, event as Message)),
  };
}

/** What the tables cannot say, such as parallel states of an application's own chart. */
function tracedByXState(machine: AnyStateMachine, trace: Trace): Logic {
  const tracer = edgeTracer(machine);
  const told = (id: ActorId, before: Snapshot | undefined, after: ReturnType<typeof tracer.initial>): Result => {
    const { snapshot, asked, edges } = after;
    if (snapshot.status === "error") throw snapshot.error;
    trace(id, edges, before, snapshot);
    return [snapshot, asked];
  };
  return {
    ...logicOf(machine),
    initial: (id, input) => told(id, undefined, tracer.initial(id, input)),
    apply: (id, snapshot, event) => told(id, snapshot, tracer.apply(id, snapshot, event)),
  };
}

type Trace = (actor: ActorId, edges: readonly ChartEdge["id"][], before: Snapshot | undefined, after: Snapshot) => void;

/** States are entered by being led to, or by being active where they were not. */
function stepsOf(machine: AnyStateMachine, told: (step: TracedStep) => void): Trace {
  const targets = new Map(
    chartOf(machine, "").edges.map(({ id, target, targets = target === undefined ? [] : [target] }) => [id, targets]),
  );
  return (actor, edges, before, after) => {
    if (edges.length === 0 && before !== undefined) return;
    const ledTo = edges.flatMap((id) => targets.get(id) ?? []);
    const entered = before?.value === after.value ? [] : enteredBetween(before, after, ledTo);
    const state = stateName(after.value);
    const isMoved = before === undefined || stateName(before.value) !== state;
    told({ actor, edges, entered: [...ledTo, ...entered], state, isMoved });
  };
}

function enteredBetween(before: Snapshot | undefined, after: Snapshot, ledTo: readonly string[]): readonly string[] {
  const stood = before === undefined ? [] : activeStates(before);
  return activeStates(after).filter((state) => !stood.includes(state) && !ledTo.includes(state));
}
