/** Path words: a path through a chart by where it leads, and a step by what happens. */
import type { Chart, ChartPath } from "../../../../src/contracts/inspection.ts";
import { clip } from "../text.ts";
import { sentence } from "./wording.ts";

const leafOf = (states: readonly string[]): string =>
  states.filter((id) => !states.some((other) => other.startsWith(`${id}.`))).join(" + ");

/** `completed, by executing and validating (3 steps)`. */
export function pathWords({ steps }: ChartPath): string {
  const places = steps.map(({ states }) => leafOf(states));
  const by = places.slice(1, -1);
  const count = steps.length - 1;
  const way = by.length === 0 ? "" : `, by ${by.map((one) => clip(one, 24)).join(", ")}`;
  return clip(`${clip(places.at(-1) ?? "", 32)}${way} (${count} ${count === 1 ? "step" : "steps"})`, 110);
}

/** The last step in a line, one that stays where it is too: `executing: call.settled / settleCall, admitAll`. */
export function takenWords({ edges }: Chart, taken: readonly string[]): string {
  const steps = edges.filter(({ id }) => taken.includes(id));
  const words = steps.map((edge) => `${edge.source === "" ? "any state" : edge.source}: ${sentence(edge)}`);
  return clip(words.join("; "), 160);
}

export function stepWords({ edges }: Chart, { steps }: ChartPath, at: number): string {
  const step = steps[at];
  const total = steps.length - 1;
  if (step === undefined || at === 0) return `0 of ${total}: begins in ${clip(leafOf(steps[0]?.states ?? []), 60)}`;
  const edge = edges.find(({ id }) => id === step.edges[0]);
  return clip(`${at} of ${total}: ${edge === undefined ? step.event : sentence(edge)}`, 120);
}
