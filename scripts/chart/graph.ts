/** Graph: a statechart as boxes and arrows. Read from `machine.root`, since a machine's JSON leaves out `always`. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";

export interface Box {
  readonly id: string;
  readonly kind: "state" | "final";
  readonly isInitial: boolean;
  /** What is not drawn as an arrow: effects, entry actions, arrows that many states have. */
  readonly lines: readonly string[];
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: readonly string[];
}

export interface Graph {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  /** What any state may do. */
  readonly anywhere: readonly string[];
}

/** An arrow that so many states have is written into their boxes instead of drawn. */
const MANY = 5;
/** So many events under one guard are counted, not listed. */
const LISTED = 2;

const nameOf = (part: unknown): string =>
  typeof part === "string" ? part : String((part as { readonly type?: unknown }).type ?? "inline");

/** `done` and `error` for the ends of an effect, `after …` for a delay, nothing for `always`. */
function eventName(event: string): string {
  if (event.startsWith("xstate.done.actor.")) return "done";
  if (event.startsWith("xstate.error.actor.")) return "error";
  if (event.startsWith("xstate.after.")) return `after ${event.split(".")[2]}`;
  return event;
}

/** The guard by name; one that compares with a word, by that word. */
function guardName(guard: AnyTransitionDefinition["guard"]): string {
  if (guard === undefined) return "";
  const { params } = guard as { readonly params?: unknown };
  const given: unknown =
    typeof params === "function" ? params({ context: {}, event: { output: undefined, type: "" } }) : params;
  const words =
    typeof given === "string" ? [given] : Object.values(given ?? {}).filter((one) => typeof one === "string");
  return words.length === 1 ? String(words[0]) : `[${nameOf(guard)}]`;
}

const transitionsOf = (node: AnyStateNode): readonly AnyTransitionDefinition[] => [
  ...[...node.transitions.values()].flat(),
  ...(node.always ?? []),
];

interface Way {
  readonly from: string;
  readonly to: string;
  readonly event: string;
  readonly guard: string;
}

const waysOf = (node: AnyStateNode): readonly Way[] => {
  const transitions = transitionsOf(node);
  return transitions.flatMap(({ target, eventType, guard }) => {
    const isRest = guard === undefined && transitions.some((one) => one.eventType === eventType && one.guard);
    const event = isRest ? "else" : eventName(eventType);
    return (target ?? []).map(({ key }) => ({ from: node.key, to: key, event, guard: guardName(guard) }));
  });
};

/** Ways between two states in words, a guard a line: `nudge`, `[isLooping]`. That an effect ended goes without saying. */
function labelOf(ways: readonly Way[]): readonly string[] {
  const byGuard = [...Map.groupBy(ways, ({ guard }) => guard)].flatMap(([guard, same]) =>
    same.length > LISTED ? [{ event: `${same.length} events`, guard }] : same,
  );
  return byGuard.map(({ event, guard }) =>
    [event === "done" && guard !== "" ? "" : event, guard].filter((part) => part !== "").join(" "),
  );
}

export function graphOf(machine: AnyStateMachine): Graph {
  const nodes = Object.values(machine.root.states) as readonly AnyStateNode[];
  const ways = nodes.flatMap(waysOf);
  const finals = new Set(nodes.filter(({ type }) => type === "final").map(({ key }) => key));
  const from = (key: string): readonly Way[] => ways.filter((way) => way.from === key);
  /** Leads to many states by one event, as a pause leads back. */
  const isHub = (key: string): boolean => distinct(from(key), "to") >= MANY && distinct(from(key), "event") === 1;
  const live = nodes.map(({ key }) => key).filter((key) => !finals.has(key) && !isHub(key));
  const isAnywhere = ({ to, event }: Way): boolean =>
    live.every((key) => from(key).some((way) => way.to === to && way.event === event && event !== "error"));
  const isWritten = (way: Way): boolean =>
    isHub(way.from) ||
    (finals.has(way.to) &&
      distinct(
        ways.filter(({ to }) => to === way.to),
        "from",
      ) >= MANY);
  const rest = ways.filter((way) => !isAnywhere(way));
  const drawn = rest.filter((way) => !isWritten(way));
  return {
    boxes: nodes.map((node) => ({
      id: node.key,
      kind: finals.has(node.key) ? "final" : "state",
      isInitial: machine.root.initial.target?.includes(node) ?? false,
      lines: [...linesOf(node), ...writtenLines(rest.filter((way) => way.from === node.key && isWritten(way)))],
    })),
    arrows: [...Map.groupBy(drawn, ({ from, to }) => `${from} ${to}`).values()].map((same) => ({
      from: same[0]?.from ?? "",
      to: same[0]?.to ?? "",
      label: labelOf(same),
    })),
    anywhere: unique([
      ...ways.filter(isAnywhere).map(({ event, to }) => `${event} → ${to}`),
      ...waysOf(machine.root).map(({ event, to }) => `${event} → ${to}`),
    ]),
  };
}

const unique = <Item>(items: readonly Item[]): readonly Item[] => [...new Set(items)];
const distinct = (ways: readonly Way[], part: keyof Way): number => new Set(ways.map((way) => way[part])).size;

const linesOf = (node: AnyStateNode): readonly string[] => [
  ...node.entry
    .map(nameOf)
    .filter((name) => !name.startsWith("xstate."))
    .map((name) => `entry ${name}`),
  ...node.invoke.map(({ src }) => `effect ${nameOf(src)}`),
];

const writtenLines = (ways: readonly Way[]): readonly string[] =>
  distinct(ways, "to") >= MANY
    ? [`${ways[0]?.event} → back to any of ${distinct(ways, "to")}`]
    : [...Map.groupBy(ways, ({ to }) => to)].map(([to, same]) => `${labelOf(same).join(", ")} → ${to}`);
