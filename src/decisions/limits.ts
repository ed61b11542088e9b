/**
 * Limits: are these caps numbers that can be kept?
 *
 * L1  Every fault is named, with the cap and what to give instead.
 * L2  Dollars become micro-dollars once, here; after that money is an integer.
 */
import type { Caps, Limits, PartLimits, RunCaps } from "../contracts/budget.ts";
import { microUsd } from "../contracts/units.ts";

const WHOLE = [
  ["maxTokens", 0],
  ["maxSteps", 0],
  ["maxToolCalls", 0],
] as const;

const TIMES = [
  ["maxWallMs", 1],
  ["maxActiveMs", 1],
] as const;

/** What is wrong with the caps of an agent or a task, a sentence each. */
export function capFaults(caps: unknown, where: string): readonly string[] {
  return faultsIn(
    caps,
    where,
    WHOLE,
    "time is a cap of the run alone; give an agent or a task money, tokens, steps or calls",
  );
}

/** What is wrong with the caps of a run. */
export const runCapFaults = (caps: unknown, where: string): readonly string[] =>
  faultsIn(caps, where, [...WHOLE, ...TIMES]);

function faultsIn(
  caps: unknown,
  where: string,
  known: readonly (readonly [name: string, least: number])[],
  onTime?: string,
): readonly string[] {
  if (typeof caps !== "object" || caps === null || Array.isArray(caps)) return [`${where} is not an object of caps`];
  const fields = caps as Readonly<Record<string, unknown>>;
  const faults: string[] = [];
  const cost = fields["maxCostUsd"];
  if (cost !== undefined && !(typeof cost === "number" && cost >= 0 && Number.isSafeInteger(microUsd(cost))))
    faults.push(`${where}.maxCostUsd is ${shown(cost)}; give dollars from 0`);
  for (const [name, least] of known) {
    const value = fields[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= least))
      faults.push(`${where}.${name} is ${shown(value)}; give a whole number from ${least}`);
  }
  for (const [name] of onTime === undefined ? [] : TIMES)
    if (fields[name] !== undefined) faults.push(`${where}.${name}: ${onTime}`);
  return faults;
}

const shown = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

/** Caps without faults, as the ledger keeps them. */
export const partLimitsOf = ({ maxCostUsd, maxTokens, maxSteps, maxToolCalls }: Caps): PartLimits => ({
  ...(maxCostUsd === undefined ? {} : { costMicroUsd: microUsd(maxCostUsd) }),
  ...(maxTokens === undefined ? {} : { tokens: maxTokens }),
  ...(maxSteps === undefined ? {} : { steps: maxSteps }),
  ...(maxToolCalls === undefined ? {} : { toolCalls: maxToolCalls }),
});

export const limitsOf = (caps: RunCaps): Limits => ({
  ...partLimitsOf(caps),
  ...(caps.maxWallMs === undefined ? {} : { wallMs: caps.maxWallMs }),
  ...(caps.maxActiveMs === undefined ? {} : { activeMs: caps.maxActiveMs }),
});
