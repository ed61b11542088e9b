/**
 * Does a text carry credentials?
 *
 * K1  What is returned shows at most the first four characters of a credential, and its length; never the rest.
 * K2  Time is linear in the text.
 * K3  What is plainly an example is found and ranked last, not hidden.
 */
import { isGenerated } from "../language.ts";
import { assignmentsIn, isSettings } from "./assignments.ts";
import { type Span, tokensIn } from "./token-shapes.ts";

/** `placeholder`: made up on its face. `possible`: in a test or example, or only by the name it is given. */
export type Likelihood = "likely" | "possible" | "placeholder";

export interface SecretMatch {
  readonly rule: string;
  readonly what: string;
  readonly path: string;
  readonly line: number;
  readonly likelihood: Likelihood;
  /** `AKIA… (20 characters)`. */
  readonly redacted: string;
}

const KEY_BEGIN = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/;
const KEY_END = /-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/;
const KEY_BODY = /[A-Za-z0-9+/=]{32}/;
const MADE_UP =
  /example|sample|placeholder|change[_-]?me|your[_-]|dummy|fake|redacted|xxxx|\*\*\*\*|0000000|1234567|abcdef|deadbeef|foobar|hunter2|correct.?horse|test[_-]|[_-]test/i;
const MADE_UP_PLACE =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|__fixtures__|spec|fixtures?|mocks?|testdata|examples?|samples?|docs?)\/|\.(?:test|spec|stories)\.[a-z]+$|(?:_test\.[a-z]+|\.mdx?|\.rst|\.adoc)$|\.(?:example|sample|template|dist)$|(?:^|\/)\.env\.(?:example|sample|template|test)/i;

/** Every credential in a text. */
export function findSecrets(path: string, text: string): readonly SecretMatch[] {
  const found: SecretMatch[] = [];
  const settings = isSettings(path);
  const generated = isGenerated(path);
  for (const { line, at } of linesOf(text)) {
    for (const span of spansIn(line, settings, generated)) {
      const secret = line.slice(span.start, span.end);
      const likelihood = likelihoodOf(path, span, secret);
      found.push({ rule: span.rule, what: span.what, path, line: at, likelihood, redacted: redacted(secret) });
    }
  }
  return [...found, ...privateKeysIn(path, text)];
}

/** In order, none overlapping another. Where a known shape and an assignment overlap they are one, under the shape's name. */
function spansIn(line: string, settings: boolean, generated: boolean): readonly Span[] {
  // Files of programs are full of digests under names like "secret"; their authors are not the tree's.
  const assigned = generated ? [] : assignmentsIn(line, settings);
  const merged: Span[] = [];
  for (const span of [...tokensIn(line), ...assigned].sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else
      merged[merged.length - 1] = {
        ...(isAssigned(last) ? span : last),
        start: last.start,
        end: Math.max(last.end, span.end),
      };
  }
  return merged;
}

const isAssigned = ({ rule }: Span): boolean => rule === "assigned-secret";

function* linesOf(text: string): Generator<{ readonly line: string; readonly at: number }> {
  let start = 0;
  for (let at = 1; start <= text.length; at += 1) {
    const end = text.indexOf("\n", start);
    yield { line: end === -1 ? text.slice(start) : text.slice(start, end), at };
    if (end === -1) return;
    start = end + 1;
  }
}

function likelihoodOf(path: string, span: Span, secret: string): Likelihood {
  if (MADE_UP.test(secret) || new Set(secret).size < 6) return "placeholder";
  return span.rule === "assigned-secret" || MADE_UP_PLACE.test(path) ? "possible" : "likely";
}

/** A heading alone is a program that looks for keys; a key has a body. */
function privateKeysIn(path: string, text: string): readonly SecretMatch[] {
  const found: SecretMatch[] = [];
  let begin: { readonly at: number; body: number } | undefined;
  for (const { line, at } of linesOf(text)) {
    if (KEY_BEGIN.test(line)) begin = { at, body: KEY_BODY.test(line) ? 1 : 0 };
    else if (begin !== undefined && KEY_BODY.test(line)) begin.body += 1;
    if (begin !== undefined && begin.body > 0) {
      found.push(keyMatch(path, begin.at));
      begin = undefined;
    } else if (begin !== undefined && (KEY_END.test(line) || at > begin.at + 5)) begin = undefined;
  }
  return found;
}

const keyMatch = (path: string, line: number): SecretMatch => ({
  rule: "private-key",
  what: "private key",
  path,
  line,
  likelihood: MADE_UP_PLACE.test(path) ? "possible" : "likely",
  redacted: "a PEM block, its body not shown",
});

/** K1. Of a short secret less than four characters: a quarter is the most that is shown. */
export function redacted(secret: string): string {
  const shown = secret.slice(0, Math.min(4, Math.floor(secret.length / 4)));
  return `${shown}… (${secret.length} characters)`;
}

/** The text with its credentials redacted: what an agent is shown of a file. */
export function redactText(path: string, text: string): { readonly text: string; readonly redactions: number } {
  let redactions = 0;
  let inKey = false;
  const settings = isSettings(path);
  const lines = [...linesOf(text)].map(({ line }) => {
    const wasInKey = inKey;
    if (KEY_BEGIN.test(line)) inKey = true;
    if (KEY_END.test(line)) inKey = false;
    if ((wasInKey || inKey) && KEY_BODY.test(line)) {
      redactions += 1;
      return "[private key redacted]";
    }
    const spans = spansIn(line, settings, false);
    redactions += spans.length;
    return withoutSpans(line, spans);
  });
  return { text: lines.join("\n"), redactions };
}

/** In one pass: a line may hold tens of thousands. */
function withoutSpans(line: string, spans: readonly Span[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    pieces.push(line.slice(at, start), redacted(line.slice(start, end)));
    at = end;
  }
  return [...pieces, line.slice(at)].join("");
}
