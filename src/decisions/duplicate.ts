/**
 * Duplicate: was this call made before, by an earlier attempt at the same task?
 *
 * D1  A call that must not happen twice, made and answered in an earlier attempt, is answered from the record.
 * D2  One whose outcome was lost with its attempt is in doubt: it is asked about, never silently made again.
 * D3  Each record answers one call: a task that means to do the same thing twice does it twice.
 * D4  Within one attempt nothing is a duplicate; only `once` and `reconcilable` calls are remembered at all.
 */
import type { Digest, TaskId } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { EffectClass } from "../contracts/tools.ts";

/** A call that was made: in which attempt, under which key, and what it came to; without a value its outcome was lost. */
export interface Claim {
  readonly attempt: number;
  readonly key: string;
  readonly value?: Json;
}

/** Calls that must not happen twice, by task and digest of tool and arguments. */
export interface Claims {
  readonly [call: string]: readonly Claim[];
}

export const isClaimed = (effect: EffectClass): boolean => effect === "once" || effect === "reconcilable";

const nameOf = (task: TaskId, tool: string, digest: Digest): string => `${task} ${tool} ${digest}`;

export interface Called {
  readonly task: TaskId;
  readonly attempt: number;
  readonly tool: string;
  readonly digest: Digest;
}

/** The record of an earlier attempt that answers this call, and the claims with that record taken over by this attempt. */
export function recall(claims: Claims, called: Called): { readonly claim: Claim; readonly claims: Claims } | undefined {
  const name = nameOf(called.task, called.tool, called.digest);
  const made = Object.hasOwn(claims, name) ? (claims[name] as readonly Claim[]) : [];
  const place = made.findIndex(({ attempt }) => attempt < called.attempt);
  const claim = made[place];
  if (claim === undefined) return undefined;
  return { claim, claims: { ...claims, [name]: made.with(place, { ...claim, attempt: called.attempt }) } };
}

/** Remembers a call that was made. What was in doubt under the same key is settled by it. */
export function remember(claims: Claims, called: Called, key: string, value?: Json): Claims {
  const name = nameOf(called.task, called.tool, called.digest);
  const made = Object.hasOwn(claims, name) ? (claims[name] as readonly Claim[]) : [];
  const claim: Claim = { attempt: called.attempt, key, ...(value === undefined ? {} : { value }) };
  const others = made.filter((one) => !(one.key === key && one.value === undefined));
  return { ...claims, [name]: [...others, claim] };
}
