/**
 * Program: a chart worked out once into tables, so that a transition is a look-up and not a search.
 *
 * XState finds anew, for each event, which states are left and entered; in a chart without parallel states or history
 * that follows from the state and the transition alone. The chart stays the only definition: the tables are read from
 * the state nodes XState made of it, and a test drives both with the same events. What the tables cannot say
 * (`programOf` gives `undefined`) is left to XState.
 */
import type { AnyStateMachine, AnyStateNode } from "xstate";
import type { Command } from "../../src/contracts/commands.ts";
import type { Message } from "../../src/contracts/journal.ts";

export type Context = Readonly<Record<string, unknown>>;

export interface Args {
  readonly context: Context;
  readonly event: Message;
}

/** What a rule makes of the context, and what it asks for. */
interface Reaction {
  readonly state: Context;
  readonly commands: readonly Command[];
}

type Expression<Value> = Value | ((args: Args, params?: unknown) => Value);

/** One action, resolved: what XState would look up by name each time. */
export type Operation = { readonly params?: Expression<unknown> } & (
  | { readonly kind: "command"; readonly type: string }
  | { readonly kind: "assign"; readonly assignment: Expression<Context> }
  | { readonly kind: "react"; readonly reaction: (context: Context, params: unknown, event: Message) => Reaction }
  | { readonly kind: "raise"; readonly id: string; readonly event: Message; readonly delay: Expression<number> }
  | { readonly kind: "cancel"; readonly sendId: string }
  | { readonly kind: "spawn"; readonly id: string; readonly src: string; readonly input: Expression<unknown> }
  | { readonly kind: "stop"; readonly id: string }
);

export interface Guard {
  readonly name: string;
  readonly check: (args: Args, params: unknown) => boolean;
  readonly params: Expression<unknown>;
}

/** Where a transition leads: what is done on leaving and on entering, and the place it ends in. */
export interface Move {
  readonly exit: readonly Operation[];
  readonly entry: readonly Operation[];
  readonly to: Place;
}

/** A transition as it is taken from one place. Without a move it stays there. */
export interface Edge {
  readonly guard: Guard | undefined;
  readonly operations: readonly Operation[];
  readonly move: Move | undefined;
  /** For the message of a guard that throws. */
  readonly source: string;
}

/** A state the chart can be in: an innermost state node and all around it. */
export interface Place {
  readonly node: AnyStateNode;
  /** The node and all around it, outermost first. */
  readonly nodes: readonly AnyStateNode[];
  /** By event type; the innermost state's transitions come first. */
  readonly on: ReadonlyMap<string, readonly Edge[]>;
  readonly always: readonly Edge[];
  /** What is done when the chart ends here; undefined where it does not. */
  readonly end: readonly Operation[] | undefined;
}

export interface Program {
  readonly machine: AnyStateMachine;
  readonly places: ReadonlyMap<string, Place>;
  readonly start: Move;
}

/** An operation to do first when a transition is taken. */
export type Marking = (definition: Transition) => Operation;

/** The tables of a chart, or undefined when it uses more than they can say. */
export function programOf(machine: AnyStateMachine, mark?: Marking): Program | undefined {
  try {
    return new Compiler(machine, mark).program();
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

/** The name of a place: the keys of its states below the root. */
export const placeName = ({ path }: AnyStateNode): string => path.join(".");

class Unsupported extends Error {}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Transition = AnyStateNode["transitions"] extends Map<string, (infer T)[]> ? T : never;

class Compiler {
  readonly #machine: AnyStateMachine;
  readonly #mark: Marking | undefined;
  readonly #places = new Map<string, Mutable<Place>>();

  constructor(machine: AnyStateMachine, mark: Marking | undefined) {
    this.#machine = machine;
    this.#mark = mark;
  }

  program(): Program {
    const { root } = this.#machine;
    for (const node of below(root)) {
      assertPlain(node);
      if (node.type === "atomic" || node.type === "final") this.#places.set(placeName(node), this.#emptyPlace(node));
    }
    for (const place of this.#places.values()) this.#fill(place);
    const entered = [root, ...defaultsBelow(root)];
    return { machine: this.#machine, places: this.#places, start: this.#moveThrough([], entered) };
  }

  #emptyPlace(node: AnyStateNode): Mutable<Place> {
    const nodes = [...ancestorsOf(node).reverse(), node];
    const end = node.type === "final" ? nodes.toReversed().flatMap((left) => this.#operations(left.exit)) : undefined;
    return { node, nodes, on: new Map(), always: [], end };
  }

  #fill(place: Mutable<Place>): void {
    const on = new Map<string, Edge[]>();
    const innermostFirst = place.nodes.toReversed();
    for (const node of innermostFirst) {
      for (const [type, transitions] of node.transitions) {
        if (type.includes("*")) throw new Unsupported();
        const edges = transitions.map((transition) => this.#edge(transition, place));
        on.set(type, [...(on.get(type) ?? []), ...edges]);
      }
    }
    place.on = on;
    place.always = innermostFirst.flatMap((node) => (node.always ?? []).map((one) => this.#edge(one, place)));
  }

  #edge(transition: Transition, place: Place): Edge {
    return {
      guard: this.#guard(transition.guard),
      operations: [
        ...(this.#mark === undefined ? [] : [this.#mark(transition)]),
        ...this.#operations(transition.actions),
      ],
      move: this.#move(transition, place),
      source: transition.source.id,
    };
  }

  #move({ target, source, reenter }: Transition, place: Place): Move | undefined {
    if (target === undefined || target.length === 0) return undefined;
    const [to, another] = target as readonly AnyStateNode[];
    if (to === undefined || another !== undefined) throw new Unsupported();
    const domain = domainOf(to, source as AnyStateNode, reenter);
    if (domain === undefined) throw new Unsupported();
    const isEntered = source !== to || source !== domain || reenter;
    const around = ancestorsOf(to)
      .filter((node) => isBelow(node, domain))
      .reverse();
    return this.#moveThrough(
      place.nodes.toReversed().filter((node) => isBelow(node, domain)),
      [...around, ...(isEntered ? [to] : []), ...defaultsBelow(to)],
      to,
    );
  }

  #moveThrough(left: readonly AnyStateNode[], entered: readonly AnyStateNode[], target?: AnyStateNode): Move {
    const last = entered.at(-1) ?? target;
    const to = this.#places.get(last === undefined ? "" : placeName(last));
    if (to === undefined) throw new Unsupported();
    return {
      exit: left.flatMap((node) => [
        ...this.#operations(node.exit),
        ...node.invoke.map(({ id }): Operation => ({ kind: "stop", id })),
      ]),
      entry: entered.flatMap((node) => [
        ...this.#operations(node.entry),
        ...node.invoke.map(({ id, src, input }): Operation => ({ kind: "spawn", id, src: src as string, input })),
      ]),
      to,
    };
  }

  #guard(guard: unknown): Guard | undefined {
    if (guard === undefined) return undefined;
    const { type: name, params } = (typeof guard === "string" ? { type: guard } : guard) as {
      readonly type?: string;
      readonly params?: unknown;
    };
    const check = this.#machine.implementations.guards[name ?? ""];
    if (typeof guard === "function" || typeof check !== "function" || "check" in check) throw new Unsupported();
    return { name: String(name), check: check as unknown as Guard["check"], params };
  }

  #operations(actions: readonly unknown[]): readonly Operation[] {
    return actions.map((action) => this.#operation(action));
  }

  #operation(action: unknown): Operation {
    const { type, params } = (typeof action === "string" ? { type: action } : action) as {
      readonly type: string;
      readonly params?: unknown;
    };
    const found = (typeof action === "function" ? action : this.#machine.implementations.actions[type]) as
      | (Readonly<Record<string, unknown>> & { readonly type?: string })
      | undefined;
    const given = params === undefined ? {} : { params };
    if (found === undefined || !("resolve" in found)) {
      if (typeof action === "function") throw new Unsupported();
      return { kind: "command", type, ...given };
    }
    return { ...this.#builtIn(found), ...given } as Operation;
  }

  #builtIn(action: Readonly<Record<string, unknown>>): Operation {
    switch (action["type"]) {
      case "xstate.assign":
        return { kind: "assign", assignment: action["assignment"] as Context };
      case "xstate.enqueueActions":
        // What is enqueued is known only when it runs; a reaction says so itself.
        if (!("reaction" in action)) throw new Unsupported();
        return { kind: "react", reaction: action["reaction"] as never };
      case "xstate.cancel":
        return { kind: "cancel", sendId: action["sendId"] as string };
      case "xstate.raise": {
        const named = action["delay"];
        const delay = typeof named === "string" ? this.#machine.implementations.delays[named] : named;
        // Without a delay it is worked off in the same step, for which there is no queue here.
        if (delay === undefined) throw new Unsupported();
        return { kind: "raise", id: action["id"] as string, event: action["event"] as Message, delay: delay as number };
      }
      default:
        throw new Unsupported();
    }
  }
}

function* below(node: AnyStateNode): Iterable<AnyStateNode> {
  yield node;
  for (const child of Object.values(node.states)) yield* below(child);
}

/** Parallel states, history, actions of an initial transition, and final states inside others are left to XState. */
function assertPlain(node: AnyStateNode): void {
  const isNestedFinal = node.type === "final" && (node.parent?.parent !== undefined || node.output !== undefined);
  const hasInitialActions = node.type === "compound" && node.initial.actions.length > 0;
  const observes = node.invoke.some(({ onSnapshot, systemId }) => onSnapshot !== undefined || systemId !== undefined);
  if (node.type === "parallel" || node.type === "history" || isNestedFinal || hasInitialActions || observes)
    throw new Unsupported();
}

const ancestorsOf = ({ parent }: AnyStateNode): AnyStateNode[] =>
  parent === undefined ? [] : [parent, ...ancestorsOf(parent)];

const isBelow = (node: AnyStateNode, above: AnyStateNode): boolean => ancestorsOf(node).includes(above);

const defaultsBelow = (node: AnyStateNode): readonly AnyStateNode[] =>
  node.type === "compound"
    ? (node.initial.target as readonly AnyStateNode[]).flatMap((one) => [one, ...defaultsBelow(one)])
    : [];

/** SCXML's transition domain: the innermost state that is neither left nor entered. */
function domainOf(target: AnyStateNode, source: AnyStateNode, reenter: boolean): AnyStateNode | undefined {
  if (!reenter && (target === source || isBelow(target, source))) return source;
  const common = ancestorsOf(target).find((node) => isBelow(source, node));
  return common ?? (reenter ? undefined : target.machine.root);
}
