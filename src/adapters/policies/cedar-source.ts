/** Cedar source: policies as they are written, with their ids, their annotations, and the places of what is wrong. */
import {
  type DetailedError,
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
} from "@cedar-policy/cedar-wasm/nodejs";
import { RuntimeError } from "../../contracts/errors.ts";
import type { Terms } from "../../contracts/tools.ts";
import { termsOf } from "./cedar-terms.ts";

export interface CedarSource {
  readonly id: string;
  readonly text: string;
  readonly json: PolicyJson;
  /** Whom to ask, where a permit is annotated with `@approval`. */
  readonly terms: Terms | undefined;
  /** What a person is told when it decides. */
  readonly reason: string | undefined;
  readonly place: Place;
}

/** Where a policy begins: the file it was given under, and the offset in it. */
export interface Place {
  readonly file: string;
  readonly whole: string;
  readonly offset: number;
}

/** Reads all policies. @throws RuntimeError `policy.invalid`, with every fault by line and column. */
export function read(files: Readonly<Record<string, string>>): readonly CedarSource[] {
  const faults: string[] = [];
  const sources = Object.entries(files).flatMap(([file, whole]) => readFile(file, whole, faults));
  const seen = new Set<string>();
  for (const { id, place } of sources) {
    if (seen.has(id)) faults.push(`${at(place)} policy "${id}": another policy has this id; give it an @id of its own`);
    seen.add(id);
  }
  refuse(faults);
  return sources;
}

export function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new RuntimeError("policy.invalid", faults.join("\n"));
}

function readFile(file: string, whole: string, faults: string[]): readonly CedarSource[] {
  if (typeof whole !== "string") {
    faults.push(`${file}: give the policies as a text`);
    return [];
  }
  const parts = policySetTextToParts(whole);
  if (parts.type === "failure") {
    faults.push(...parts.errors.map((error) => fault({ file, whole, offset: 0 }, error)));
    return [];
  }
  const [bare, texts] = [withoutComments(whole), [...parts.policies]];
  if (parts.policy_templates.length > 0) faults.push(`${file}: templates are not supported; write the policy out`);
  let cursor = 0;
  return texts.flatMap((text, n) => {
    const offset = Math.max(cursor, bare.indexOf(withoutComments(text), cursor));
    cursor = offset + text.length;
    const source = readPolicy(text, `${file}#${n}`, { file, whole, offset }, faults);
    return source === undefined ? [] : [source];
  });
}

function readPolicy(text: string, name: string, place: Place, faults: string[]): CedarSource | undefined {
  const parsed = policyToJson(text);
  if (parsed.type === "failure") {
    faults.push(...parsed.errors.map((error) => fault(place, error)));
    return undefined;
  }
  const { json } = parsed;
  const id = json.annotations?.["id"] ?? name;
  const { terms, reason, wrong } = termsOf(json);
  faults.push(...wrong.map((one) => `${at(place)} policy "${id}": ${one}`));
  return { id, text, json, terms, reason, place };
}

/** Comments as blanks: what is in one is not taken for a policy, and nothing moves. */
const withoutComments = (text: string): string =>
  text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*/g, (found, quoted) => quoted ?? " ".repeat(found.length));

/** A fault as Cedar tells it, with its place. Cedar counts in bytes of UTF-8. */
export function fault(place: Place, { message, help, sourceLocations }: DetailedError, id?: string): string {
  const start = sourceLocations?.[0]?.start ?? 0;
  const before = Buffer.from(place.whole.slice(place.offset)).subarray(0, start).toString().length;
  const said = message.replace(/^for policy `[^`]*`, /, "");
  const advice = help === null || help === undefined ? "" : ` (${help.replace(/^for policy `[^`]*`, /, "")})`;
  return `${at(place, before)}${id === undefined ? "" : ` policy "${id}":`} ${said}${advice}`;
}

/** `mail.cedar:3:14`: the place of a character of a policy. */
export function at({ file, whole, offset }: Place, within = 0): string {
  const lines = whole.slice(0, offset + within).split("\n");
  return `${file}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}
