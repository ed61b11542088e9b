/**
 * Running a program: one event through the tables of a chart, to the snapshot XState would give and the actions it
 * would ask for, in the same order (https://www.w3.org/TR/scxml/#AlgorithmforSCXMLInterpretation).
 */
import type { AnyMachineSnapshot } from "xstate";
import type { Message } from "../../src/contracts/journal.ts";
import type { Action } from "./logic.ts";
import type { Args, Context, Edge, Guard, Move, Operation, Place, Program } from "./program.ts";
import { stateName } from "./state-name.ts";

/** What stands for an invoked actor in `snapshot.children`: its name and input. The host does the rest. */
class Invoked {
  readonly id: string;
  readonly src: string;
  readonly systemId = undefined;
  readonly _syncSnapshot = false;
  readonly #input: unknown;

  constructor(id: string, src: string, input: unknown) {
    this.id = id;
    this.src = src;
    this.#input = input;
  }

  getSnapshot(): object {
    return { status: "active", output: undefined, error: undefined, input: this.#input };
  }

  getPersistedSnapshot(): object {
    return this.getSnapshot();
  }
}

type Children = Readonly<Record<string, unknown>>;

export type Transition = readonly [snapshot: AnyMachineSnapshot, actions: readonly Action[]];

export class ProgramRunner {
  readonly #program: Program;
  readonly #templates = new Map<Place, AnyMachineSnapshot>();
  readonly #limit: number;

  constructor(program: Program) {
    this.#program = program;
    this.#limit = program.machine.options.maxIterations ?? Number.POSITIVE_INFINITY;
  }

  initial(input: unknown): Transition {
    const { machine, start } = this.#program;
    const { context } = machine.config;
    const made = (typeof context === "function" ? context({ input } as never) : context) as Context | undefined;
    const event = { type: "xstate.init", input } as unknown as Message;
    const run = new Macrostep({ context: { ...made }, children: {}, place: start.to, event });
    run.enter(start);
    return this.#settle(run, undefined);
  }

  apply(before: AnyMachineSnapshot, event: Message): Transition {
    const place = this.#program.places.get(stateName(before.value)) as Place;
    const run = new Macrostep({ context: before.context, children: before.children, place, event });
    const edge = chosen(place.on.get(event.type), run);
    if (edge !== undefined) run.take(edge);
    else if (event.type.startsWith("xstate.error.actor")) throw event["error"];
    return this.#settle(run, before);
  }

  /** Eventless transitions, until there are no more; then what XState would have made of it. */
  #settle(run: Macrostep, before: AnyMachineSnapshot | undefined): Transition {
    for (let steps = 1; run.place.end === undefined; steps++) {
      if (steps > this.#limit) throw endless(this.#limit);
      const edge = open(run.place.always, run);
      if (edge === undefined || !run.take(edge)) break;
    }
    if (run.place.end !== undefined) run.end(run.place.end);
    return [this.#snapshot(run, before), run.actions];
  }

  #snapshot({ context, children, place }: Macrostep, before: AnyMachineSnapshot | undefined): AnyMachineSnapshot {
    const template = this.#template(place);
    if (before?.context === context && before.children === children && before.value === template.value) return before;
    if (place.end === undefined) return { ...template, context, children } as AnyMachineSnapshot;
    const { output } = this.#program.machine.root;
    const done = { type: `xstate.done.state.${place.node.id}`, output: undefined };
    const value = typeof output === "function" ? output({ context, event: done } as never) : output;
    return { ...template, context, children, status: "done", output: value } as AnyMachineSnapshot;
  }

  #template(place: Place): AnyMachineSnapshot {
    const known = this.#templates.get(place);
    if (known !== undefined) return known;
    const made = this.#program.machine.resolveState({
      value: stateValueOf(place),
      context: {},
    } as never) as AnyMachineSnapshot;
    this.#templates.set(place, made);
    return made;
  }
}

interface Start extends Args {
  readonly children: Children;
  readonly place: Place;
}

class Macrostep implements Args {
  readonly actions: Action[] = [];
  readonly event: Message;
  context: Context;
  children: Children;
  place: Place;

  constructor({ context, children, place, event }: Start) {
    this.context = context;
    this.children = children;
    this.place = place;
    this.event = event;
  }

  /** Takes a transition; says whether it changed anything. */
  take({ operations, move }: Edge): boolean {
    const { context, children, place } = this;
    if (move !== undefined) this.#perform(move.exit);
    this.#perform(operations);
    if (move !== undefined) this.enter(move);
    return this.context !== context || this.children !== children || this.place !== place;
  }

  enter({ entry, to }: Move): void {
    this.#perform(entry);
    this.place = to;
  }

  end(operations: readonly Operation[]): void {
    this.#perform(operations);
    for (const child of Object.values(this.children)) this.actions.push({ type: "xstate.stopChild", params: child });
  }

  #perform(operations: readonly Operation[]): void {
    for (const operation of operations) this.#operate(operation);
  }

  #operate(operation: Operation): void {
    // What an expression is given is this very step: it looks at context and event while it is called, and not later.
    const params = operation.params === undefined ? undefined : valueFor(operation.params, this);
    switch (operation.kind) {
      case "command":
        this.actions.push({ type: operation.type, params });
        return;
      case "assign":
        this.#assign(operation.assignment as Context, params);
        return;
      case "react": {
        const { state, commands } = operation.reaction(this.context, params, this.event);
        this.context = state;
        this.actions.push(...commands);
        return;
      }
      case "raise": {
        const { id, event, delay } = operation;
        this.actions.push({ type: "xstate.raise", params: { event, id, delay: valueFor(delay, this, params) } });
        return;
      }
      case "cancel":
        this.actions.push({ type: "xstate.cancel", params: { sendId: operation.sendId } });
        return;
      case "spawn":
        this.#spawn(operation.id, operation.src, valueFor(operation.input, this));
        return;
      case "stop":
        this.#stop(operation.id);
    }
  }

  #assign(assignment: Context | ((args: Args, params: unknown) => Context), params: unknown): void {
    if (typeof assignment === "function") {
      this.context = { ...this.context, ...assignment(this, params) };
      return;
    }
    const update: Record<string, unknown> = {};
    for (const key of Object.keys(assignment)) update[key] = valueFor(assignment[key], this, params);
    this.context = { ...this.context, ...update };
  }

  #spawn(id: string, src: string, input: unknown): void {
    const children: Record<string, unknown> = { ...this.children };
    children[id] = new Invoked(id, src, input);
    this.children = children;
    this.actions.push({ type: "xstate.spawnChild", params: { id, src, input } });
  }

  #stop(id: string): void {
    const child = this.children[id];
    const others: Record<string, unknown> = {};
    for (const other in this.children) if (other !== id) others[other] = this.children[other];
    this.children = others;
    this.actions.push({ type: "xstate.stopChild", params: child });
  }
}

function valueFor<Value>(
  value: Value | ((args: Args, params?: unknown) => Value),
  args: Args,
  params?: unknown,
): Value {
  return typeof value === "function" ? (value as (args: Args, params?: unknown) => Value)(args, params) : value;
}

const isMet = ({ check, params }: Guard, args: Args): boolean =>
  check(args, params === undefined ? undefined : valueFor(params, args));

/** The first eventless transition that is open. */
function open(edges: readonly Edge[], args: Args): Edge | undefined {
  for (const edge of edges) if (edge.guard === undefined || isMet(edge.guard, args)) return edge;
  return undefined;
}

/** The first transition of an event that is open; a guard that throws is named, as XState names it. */
function chosen(edges: readonly Edge[] | undefined, args: Args): Edge | undefined {
  for (const edge of edges ?? NO_EDGES) if (edge.guard === undefined || passes(edge, edge.guard, args)) return edge;
  return undefined;
}

const NO_EDGES: readonly Edge[] = [];

function passes({ source }: Edge, guard: Guard, args: Args): boolean {
  try {
    return isMet(guard, args);
  } catch (error) {
    throw new Error(
      `Unable to evaluate guard '${guard.name}' in transition for event '${args.event.type}' in state node '${source}':\n${(error as Error).message}`,
    );
  }
}

const endless = (limit: number): Error =>
  new Error(
    `Infinite loop detected: the machine has processed more than ${limit} microsteps without reaching a stable state`,
  );

const stateValueOf = (place: Place): unknown =>
  place.node.path
    .toReversed()
    .reduce<unknown>((inner, key) => (inner === undefined ? key : { [key]: inner }), undefined);
