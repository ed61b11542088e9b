/**
 * Rendering: a question as a person sees it, made by the runtime from the frozen values that are bound (A-HUM-01).
 *
 * V1  What is decided about is shown whole, or the bytes that are not shown are counted; the digest, without which
 *     nobody can approve, is given only with the whole (A-HUM-02).
 * V2  Nothing in a value can leave its place: each line of it is behind a bar, and what hides or deceives is shown as
 *     its number.
 * V3  What the agent says about it stands apart, after it, cut, and marked as what it is.
 */
import type { ApprovalRequest, QuestionKind } from "../contracts/approvals.ts";
import type { Digest } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { EffectClass } from "../contracts/tools.ts";
import { unmasked } from "./homoglyph.ts";
import { numbered, unhidden, visible } from "./visible.ts";

/** How much of a value is shown. Absent: all of it. */
export interface Bounds {
  /** Lines of one text. */
  readonly lines?: number;
  /** Characters of one line. */
  readonly columns?: number;
  /** Values. */
  readonly values?: number;
}

/** One value of the subject: where it is in it, and its text, each line of it. */
export interface RenderedValue {
  readonly path: string;
  readonly lines: readonly string[];
  /** Lines and bytes of the whole. */
  readonly of: number;
  readonly bytes: number;
  /** Bytes that are not in the lines. */
  readonly hidden: number;
}

export interface Rendering {
  /** Ours: who asks what of whom. */
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What the values are. */
  readonly heading: string;
  readonly values: readonly RenderedValue[];
  readonly hidden: number;
  readonly warnings: readonly string[];
  readonly rationale?: string;
  /** Undefined while something is not shown. */
  readonly digest: Digest | undefined;
}

const headings: Readonly<Record<QuestionKind, string>> = {
  approve: "it is called with",
  answer: "the agent asks, in its own words",
  unknown: "it was called with",
  grant: "it is about",
  continue: "it is about",
  accept: "it is about",
  resolve: "they say",
};

const effects: Readonly<Record<EffectClass, string>> = {
  read: "read: changes nothing",
  idempotent: "idempotent: doing it twice is doing it once",
  reconcilable: "reconcilable: cannot be taken back by us; what became of it can be looked up",
  once: "once: cannot be taken back by us, nor safely done again",
};

export function render(request: ApprovalRequest, bounds: Bounds = {}): Rendering {
  const all = leavesOf(request.subject, "").map(([path, value]) => rendered(path, value, bounds));
  // What is short first: a long text would push it out of sight.
  const sorted = all.toSorted((a, b) => a.lines.length - b.lines.length);
  const values = sorted.slice(0, bounds.values);
  const left = sorted.slice(values.length);
  const hidden = sum(values.map((value) => value.hidden)) + sum(left.map((value) => value.bytes));
  return {
    title: visible(request.title),
    facts: factsOf(request),
    heading: headings[request.kind],
    values,
    hidden,
    warnings: warningsOf(request.subject, all),
    ...(request.rationale === undefined ? {} : { rationale: visible(request.rationale) }),
    digest: hidden === 0 ? request.digest : undefined,
  };
}

function factsOf(request: ApprovalRequest): Rendering["facts"] {
  const { tool, effect, requester, role, quorum, approvals = [], reason } = request;
  const by = requester.task === undefined ? "the run itself" : `${requester.agent}, for task ${requester.task}`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["tool", tool],
    ["effect", effect === undefined ? undefined : effects[effect]],
    ["asked by", by],
    ["answers", requester.accountable],
    ["asked of", quorum === undefined ? role : `${role}: ${quorum} people`],
    ["approved", approvals.length === 0 ? undefined : `by ${approvals.join(", ")}`],
    ["reason", reason],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, visible(value)] as const]));
}

/** Every value that holds no others, with its path. */
function leavesOf(value: Json, path: string): readonly (readonly [string, Json])[] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  const entries = Array.isArray(value)
    ? value.map((one, place) => [`${path}[${place}]`, one as Json] as const)
    : Object.entries(value).map(([key, one]) => [pathOf(path, key), one ?? null] as const);
  return entries.length === 0 ? [[path, value]] : entries.flatMap(([at, one]) => leavesOf(one, at));
}

/** A name that could be taken for a path, or hides something, is in quotes. */
function pathOf(path: string, key: string): string {
  const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return path === "" ? name : `${path}.${name}`;
}

function rendered(path: string, value: Json, { lines: most, columns }: Bounds): RenderedValue {
  const text = typeof value === "string" && !isMistakable(value) ? value : JSON.stringify(value);
  const all = text.split("\n");
  const kept = all.slice(0, most).map((line) => line.slice(0, columns));
  const shown = kept.join("\n");
  const hidden = sizeOf(text) - sizeOf(shown);
  const name = legible(path === "" ? "value" : path);
  return { path: name, lines: kept.map(legible), of: all.length, bytes: sizeOf(text), hidden };
}

/** A text that reads as something else than a text. */
function isMistakable(text: string): boolean {
  if (text === "" || text.trim() !== text) return !text.includes("\n");
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Not to be taken for a number of ours. */
const OURS = /\\u\{/g;
const BLANKS = / {40,}| +$/g;
const UNUSUAL = /(?! )[\p{Zs}\u2800]|(?<=\p{M}{3})\p{M}/gu;

/** One line of a value of others, with nothing in it that hides or is taken for something else. */
export const legible = (line: string): string =>
  unhidden(unmasked(line.replaceAll(OURS, "\\u{5c}u{")))
    .replaceAll(UNUSUAL, numbered)
    .replaceAll(BLANKS, (run) => `\\u{20}×${run.length}`);

function warningsOf(subject: Json, values: readonly RenderedValue[]): readonly string[] {
  const text = JSON.stringify(leavesOf(subject, ""));
  const numbers = values.some(({ lines, path }) => [path, ...lines].some((line) => /\\u\{/.test(line)));
  return [
    ...(numbers ? ["some characters are shown as their numbers: they hide, or are taken for others"] : []),
    ...(/(?:\\n\s*){10}/.test(text) ? ["there are long stretches of blank lines: look at what comes after them"] : []),
  ];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const sizeOf = (text: string): number => new TextEncoder().encode(text).length;
