/**
 * Delegation request: is it one at all? It may come from a model, or from the chart of an agent, past every type.
 *
 * Q1  Total: it answers for any value. What it does not know is a fault: nobody smuggles in who asks, or for whom.
 */
import type { DelegateAct } from "../contracts/delegation.ts";
import type { ErrorCode } from "../contracts/errors.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { ingest } from "./ingest.ts";

export interface RequestFault {
  readonly rule: "delegation.invalid";
  readonly code: ErrorCode;
  readonly reason: string;
}

const isText = (value: unknown): boolean => typeof value === "string";
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isWhole =
  (least: number) =>
  (value: unknown): boolean =>
    Number.isSafeInteger(value) && (value as number) >= least;

const fields: { readonly [Field in keyof Required<DelegateAct>]: readonly [(value: unknown) => boolean, string] } = {
  kind: [isText, "delegate"],
  agent: [isText, "the name of an agent"],
  objective: [isText, "a text"],
  input: [() => true, ""],
  tools: [isList, "a list of names"],
  reads: [isList, "a list of keys"],
  writes: [isList, "a list of keys"],
  depth: [isWhole(0), "a whole number from 0"],
  timeoutMs: [isWhole(1), "a whole number from 1"],
  expect: [isList, "a list of fields"],
};

const fault = (reason: string, code: ErrorCode = "value.invalid"): RequestFault => ({
  rule: "delegation.invalid",
  code,
  reason,
});

/** What is wrong with a request, if anything. */
export function faultOf(act: DelegateAct): RequestFault | undefined {
  const taken = ingest(act);
  if (taken.kind === "refused") return fault(`the request: ${taken.failure.message}`, taken.failure.code);
  for (const [field, value] of Object.entries(taken.value as JsonObject)) {
    if (!Object.hasOwn(fields, field)) return fault(`a request to delegate has no "${field}"`);
    const [isSound, expected] = fields[field as keyof DelegateAct];
    if (!isSound(value)) return fault(`"${field}" is not ${expected}`);
  }
  if (act.agent === undefined) return fault("say which agent is to do it");
  return act.objective === undefined && act.input === undefined
    ? fault("say what is to be done: objective, or input")
    : undefined;
}

/** Whether an agent is given what it cannot work without. */
export function inputFaultOf({ agent, input }: DelegateAct, requires: readonly string[]): RequestFault | undefined {
  const names = inputNames(input ?? null);
  const missing = requires.find((name) => !names.includes(name));
  return missing === undefined ? undefined : fault(`agent "${agent}" requires "${missing}"; give it in input`);
}

const inputNames = (input: Json): readonly string[] =>
  typeof input === "object" && input !== null && !Array.isArray(input) ? Object.keys(input) : [];

/** Fields an output was to have and has not. */
export const missingFrom = (output: Json, expected: readonly string[]): readonly string[] => {
  const names = inputNames(output);
  return expected.filter((name) => !names.includes(name));
};
