/** Guard words: why a transition is open or not, in a sentence. */
import type { GuardReading } from "../../../../src/contracts/inspection.ts";
import { clip } from "../text.ts";

export type Standing = "open" | "closed" | "depends";

const LONGEST = 80;
const MOST_READ = 6;

export const standingOf = ({ holds }: GuardReading): Standing => {
  if (holds === "unknown") return "depends";
  return holds ? "open" : "closed";
};

/** What the transitions of one way are together: one that is open is enough. */
export function standingOfAll(readings: readonly GuardReading[]): Standing | undefined {
  if (readings.length === 0) return undefined;
  const all = readings.map(standingOf);
  if (all.includes("open")) return "open";
  return all.every((one) => one === "closed") ? "closed" : "depends";
}

/** `guard isWithinBudget is false because spent.costMicroUsd = 5, limits.costMicroUsd = 5`. */
export function guardWords({ guard, holds, read }: GuardReading): string {
  const values = read
    .slice(0, MOST_READ)
    .map(({ path, value }) => `${clip(path, LONGEST)} = ${clip(JSON.stringify(value) ?? "nothing", LONGEST)}`);
  const left = read.length - values.length;
  const because = [...values, ...(left > 0 ? [`and ${left} more`] : [])].join(", ");
  const name = `guard ${clip(guard, LONGEST)}`;
  if (holds === "unknown")
    return because === "" ? `${name} depends on the event` : `${name} depends on the event; ${because}`;
  const says = holds ? `${name} holds` : `${name} is false`;
  return because === "" ? says : `${says} because ${because}`;
}
