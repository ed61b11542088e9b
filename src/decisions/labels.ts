/**
 * Labels: what does a value carry that was made of others, and may it go where it is to go?
 *
 * L1  A join is as untrusted as its least trusted part, and may be learnt only by those who may learn every part.
 * L2  A join is associative, commutative and idempotent, and adding a part never loosens it.
 * L3  What is not a well-formed label is none: the caller refuses.
 */
import type { Integrity, Labels, Origin, Readers, Tracked } from "../contracts/labels.ts";

/** What adds nothing to anything it is joined with. */
export const TRUSTED: Labels = { integrity: "trusted", readers: "public" };

/** Of a tool's result when the tool says nothing: anybody may have written it, anybody may read it. */
export const OUTSIDE: Labels = { integrity: "untrusted", readers: "public" };

/** Of what nobody can vouch for. */
export const UNKNOWN: Labels = { integrity: "untrusted", readers: [] };

export const join = (a: Labels, b: Labels): Labels => ({
  integrity: lessTrusted(a.integrity, b.integrity),
  readers: inBoth(a.readers, b.readers),
});

const lessTrusted = (a: Integrity, b: Integrity): Integrity => (a === "trusted" ? b : a);

function inBoth(a: Readers, b: Readers): Readers {
  if (a === "public") return sorted(b);
  if (b === "public") return sorted(a);
  return sorted(a.filter((reader) => b.includes(reader)));
}

const sorted = (readers: Readers): Readers => (readers === "public" ? readers : [...new Set(readers)].sort());

/** Whether all of these may learn it. `public`: everybody. */
export const mayLearn = (readers: Readers, recipients: Readers): boolean =>
  readers === "public" || (recipients !== "public" && recipients.every((recipient) => readers.includes(recipient)));

export const areSame = (a: Labels, b: Labels): boolean =>
  a.integrity === b.integrity && mayLearn(a.readers, b.readers) && mayLearn(b.readers, a.readers);

/** Takes what an application gave for labels only if it is that (L3). */
export function asLabels(value: unknown): Labels | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { integrity, readers } = value as { readonly integrity?: unknown; readonly readers?: unknown };
  const taken = asReaders(readers);
  if (taken === undefined || (integrity !== "trusted" && integrity !== "untrusted")) return undefined;
  return { integrity, readers: taken };
}

export function asReaders(value: unknown): Readers | undefined {
  if (value === "public") return value;
  if (!Array.isArray(value) || !value.every((reader) => typeof reader === "string")) return undefined;
  return sorted(value as readonly string[]);
}

/** Causes beyond these are not kept: one says why, the rest is in the journal. */
const CAUSES = 8;

/** What a context carries once it has heard something. A cause is kept where it made a difference. */
export function hear(context: Tracked, heard: Tracked): Tracked {
  const { integrity, readers } = join(context, heard);
  if (integrity === context.integrity && mayLearn(readers, context.readers)) return context;
  const known = context.from ?? [];
  const news = (heard.from ?? []).filter((origin) => !known.some((one) => isSameOrigin(one, origin)));
  return { integrity, readers, from: [...known, ...news].slice(0, CAUSES) };
}

const isSameOrigin = (a: Origin, b: Origin): boolean => a.source === b.source && a.act === b.act;

/** Labels with where they come from; of what restricts nothing, without. */
export const tracked = (labels: Labels, source: string, act?: string): Tracked =>
  areSame(labels, TRUSTED)
    ? labels
    : { ...labels, from: [{ source, ...(act === undefined ? {} : { act }), ...labels }] };
