/**
 * Duplicate: was this call made before, by an earlier attempt at the same task?
 *
 * D1  A call that must not happen twice, made and answered in an earlier attempt, is answered from the record.
 * D2  One whose outcome was lost with its attempt is in doubt: it is asked about, never silently made again.
 * D3  Each record answers one call: a task that means to do the same thing twice does it twice.
 * D4  Within one attempt nothing is a duplicate; only `once` and `reconcilable` calls are remembered at all, and only
 *     until their task is completed.
 */
import type { Digest, TaskId } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { EffectClass } from "../contracts/tools.ts";
import { withoutRow, withRow } from "./record.ts";

/** A call that was made: in which attempt, under which key, and what it came to; without a value its outcome was lost. */
export interface Claim {
  readonly attempt: number;
  /** Tool and digest of the arguments. */
  readonly call: string;
  readonly key: string;
  readonly value?: Json;
}

/** Calls that must not happen twice, by task. Lists, because a task may make thousands. */
export interface Claims {
  readonly [task: TaskId]: readonly Claim[];
}

export const isClaimed = (effect: EffectClass): boolean => effect === "once" || effect === "reconcilable";

const nameOf = ({ tool, digest }: Called): string => `${tool} ${digest}`;

const madeFor = (claims: Claims, task: TaskId): readonly Claim[] =>
  Object.hasOwn(claims, task) ? (claims[task] as readonly Claim[]) : [];

export interface Called {
  readonly task: TaskId;
  readonly attempt: number;
  readonly tool: string;
  readonly digest: Digest;
}

/** The record of an earlier attempt that answers this call, and the claims with that record taken over by this attempt. */
export function recall(claims: Claims, called: Called): { readonly claim: Claim; readonly claims: Claims } | undefined {
  const { task, attempt } = called;
  const made = madeFor(claims, task);
  const name = nameOf(called);
  const place = made.findIndex((one) => one.attempt < attempt && one.call === name);
  const claim = made[place];
  if (claim === undefined) return undefined;
  return { claim, claims: withRow(claims, task, made.with(place, { ...claim, attempt })) };
}

/** Remembers a call that was made. What was in doubt under the same key is settled by it. */
export function remember(claims: Claims, called: Called, key: string, value?: Json): Claims {
  const { task, attempt } = called;
  const made = madeFor(claims, task);
  const doubt = made.findIndex((one) => one.value === undefined && one.key === key);
  const others = doubt < 0 ? made : made.toSpliced(doubt, 1);
  const claim: Claim = { attempt, call: nameOf(called), key, ...(value === undefined ? {} : { value }) };
  return withRow(claims, task, [...others, claim]);
}

/** A task that is completed is not attempted again: what it called needs no remembering. */
export const forgetCalls = (claims: Claims, task: TaskId): Claims =>
  Object.hasOwn(claims, task) ? withoutRow(claims, task) : claims;
