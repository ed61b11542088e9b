/** Part name: what a chart calls its guards, actions and events, as a person says it. */
import type { AnyStateNode, AnyTransitionDefinition } from "xstate";
import type { ChartEdge } from "../contracts/inspection.ts";

/** An action, an actor or a guard by its name; one written in place is `inline`. */
export function partName(part: unknown): string {
  if (typeof part === "string") return part;
  const { type, name, guards } = part as { readonly [key in "type" | "name" | "guards"]?: unknown };
  // `and`, `or` and `not` say what they are made of.
  if (Array.isArray(guards)) return `${String(name)}(${guards.map(partName).join(", ")})`;
  if (typeof type === "string") return type.startsWith("xstate.") ? type.slice("xstate.".length) : type;
  return typeof name === "string" && name !== "" ? name : "inline";
}

/** The one word a guard compares with, where there is one: `nudge` of `isRung`. Asked with an event that says nothing. */
export function guardWord(guard: AnyTransitionDefinition["guard"]): string | undefined {
  const { params } = guard as unknown as { readonly params?: unknown };
  const words = wordsOf(given(params));
  return words.length === 1 ? words[0] : undefined;
}

function given(params: unknown): unknown {
  if (typeof params !== "function") return params;
  try {
    return params({ context: {}, event: { output: undefined, type: "" } });
  } catch {
    return undefined;
  }
}

function wordsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).filter((one): one is string => typeof one === "string" && one !== "");
}

export function guardName(guard: AnyTransitionDefinition["guard"]): string {
  const word = guardWord(guard);
  return word === undefined ? partName(guard) : `${partName(guard)}: ${word}`;
}

const STARTS = {
  done: ["xstate.done.actor.", "xstate.done.state."],
  error: ["xstate.error.actor."],
  after: ["xstate.after."],
} as const;

/** What kind of event leads on, and its name: the invoke that ended, the time that passed. */
export function eventName({ eventType, source }: AnyTransitionDefinition): Pick<ChartEdge, "kind" | "event"> {
  if (eventType === "") return { kind: "always", event: "always" };
  for (const kind of ["done", "error", "after"] as const) {
    const start = STARTS[kind].find((one) => eventType.startsWith(one));
    if (start === undefined) continue;
    const rest = eventType.slice(start.length);
    if (kind === "after") return { kind, event: `after ${delayName(rest.slice(0, rest.indexOf(".")))}` };
    return { kind, event: start === "xstate.done.state." ? "done" : invokeName(source, rest) };
  }
  return { kind: "event", event: eventType };
}

/** XState names an invoke without an id by its place; what it invokes says more. */
function invokeName({ invoke }: AnyStateNode, id: string): string {
  const found = invoke.find((one) => one.id === id);
  if (found === undefined || !/^\d+\./.test(id)) return id;
  return typeof found.src === "string" && !found.src.startsWith("xstate.invoke.") ? found.src : "invoke";
}

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
] as const;

function delayName(delay: string): string {
  const ms = Number(delay);
  if (delay === "" || !Number.isFinite(ms)) return delay;
  const [size, unit] = UNITS.find(([one]) => ms >= one && ms % one === 0) ?? [1, "ms"];
  return `${ms / size} ${unit}`;
}
