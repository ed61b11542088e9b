/** Charts: every statechart of the house, and what is wrong with the way one is written. */
import { type AnyStateMachine, StateMachine } from "xstate";
import { ROOT, sourcesOf } from "./source.ts";

export async function chartsOfTheHouse(): Promise<readonly (readonly [string, AnyStateMachine])[]> {
  const modules = await Promise.all(
    sourcesOf("machines/*.ts").map(({ path }) => import(`${ROOT}${path}`) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((exported) =>
    Object.entries(exported).filter((entry): entry is [string, AnyStateMachine] => entry[1] instanceof StateMachine),
  );
}

type Part = Readonly<Record<string, unknown>>;

const isPart = (value: unknown): value is Part => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const isNamed = (value: unknown): boolean =>
  typeof value === "string" || (isPart(value) && typeof value["type"] === "string");

/** What a chart must have said and has not, read from the configuration as it was written. */
export function chartFaults(machine: AnyStateMachine): readonly string[] {
  const config = machine.config as Part;
  const { maxIterations } = (config["options"] ?? {}) as { readonly maxIterations?: unknown };
  const version = config["version"];
  return [
    ...(Number.isSafeInteger(maxIterations) ? [] : ["no maxIterations"]),
    ...(typeof version === "string" && version !== "" ? [] : ["no version"]),
    ...stateFaults(config, machine.id),
  ];
}

function stateFaults(state: Part, name: string): readonly string[] {
  const transitions = [
    ...Object.values((state["on"] ?? {}) as Part),
    ...Object.values((state["after"] ?? {}) as Part),
    state["always"],
    state["onDone"],
  ];
  return [
    ...unnamed("entry action", state["entry"], name),
    ...unnamed("exit action", state["exit"], name),
    ...transitions.flatMap((transition) => transitionFaults(transition, name)),
    ...listOf(state["invoke"]).flatMap((invoke) => invokeFaults(invoke as Part, name)),
    ...Object.entries((state["states"] ?? {}) as Readonly<Record<string, Part>>).flatMap(([key, child]) =>
      stateFaults(child, `${name}.${key}`),
    ),
  ];
}

const unnamed = (what: string, actions: unknown, state: string): readonly string[] =>
  listOf(actions).every(isNamed) ? [] : [`${state}: an ${what} has no name`];

const transitionFaults = (transition: unknown, state: string): readonly string[] =>
  listOf(transition)
    .filter(isPart)
    .flatMap(({ guard, actions }) => [
      ...(guard === undefined || isNamed(guard) ? [] : [`${state}: a guard has no name`]),
      ...unnamed("action", actions, state),
    ]);

const invokeFaults = (invoke: Part, state: string): readonly string[] => [
  ...(typeof invoke["src"] === "string" ? [] : [`${state}: an invoke carries its actor`]),
  ...(invoke["onError"] === undefined ? [`${state}: an invoke has no onError`] : []),
  ...transitionFaults(invoke["onDone"], state),
  ...transitionFaults(invoke["onError"], state),
];
