/** Path checks: what must hold on every path of every chart of the house. */
import type { AnyStateMachine } from "xstate";
import type { Tell } from "../../src/contracts/commands.ts";
import type { AskedAction, PathStep, StatePath } from "../../src/testing/state-paths.ts";

/** `judging > holding > settled`, for the message of a failed assertion. */
export const nameOf = ({ steps }: StatePath): string =>
  steps.map(({ event, snapshot }) => `${event.type} > ${JSON.stringify(snapshot.value)}`).join(" | ");

export const last = <Machine extends AnyStateMachine>({ steps }: StatePath<Machine>): PathStep<Machine> =>
  steps.at(-1) as PathStep<Machine>;

/** All actions asked for along a path, with the step that asked for each. */
export const askedOn = (path: StatePath): readonly (AskedAction & { readonly step: PathStep })[] =>
  path.steps.flatMap((step) => step.asked.map((action) => ({ ...action, step })));

export const tellsOf = (step: PathStep): readonly Tell[] =>
  step.asked.filter(({ type }) => type === "tell").map(({ params }) => params as Tell);

/** Keys of the effects a path asks for. A key names one effect for ever, so none may come twice. */
export const effectKeysOf = (path: StatePath): readonly string[] =>
  askedOn(path).flatMap(({ type, params }) => {
    if (type === "perform") return [(params as { readonly key: string }).key];
    if (type === "xstate.spawnChild") return [(params as { readonly input: { readonly key: string } }).input.key];
    return [];
  });

/** Ids of the actors a path asks for. */
export const spawnsOf = (path: StatePath): readonly string[] =>
  askedOn(path).flatMap(({ type, params }) => (type === "spawn" ? [(params as { readonly id: string }).id] : []));

export const twice = (names: readonly string[]): readonly string[] =>
  names.filter((name, place) => names.indexOf(name) !== place);

/** Every value of a state that paths pass through, as text. */
export const statesOn = (paths: readonly StatePath[]): ReadonlySet<string> =>
  new Set(paths.flatMap(({ steps }) => steps.map(({ snapshot }) => stateOf(snapshot.value))));

const stateOf = (value: unknown): string =>
  typeof value === "string"
    ? value
    : Object.entries(value as Record<string, unknown>)
        .map(([parent, child]) => `${parent}.${stateOf(child)}`)
        .join("+");
