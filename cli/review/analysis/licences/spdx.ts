/**
 * SPDX licence expressions: `(MIT OR GPL-2.0-only WITH Classpath-exception-2.0) AND BSD-3-Clause`.
 *
 *   expression = conjunction { "OR" conjunction }
 *   conjunction = simple { "AND" simple }
 *   simple = "(" expression ")" | id [ "+" ] [ "WITH" exception ]
 *
 * L1  AND binds tighter than OR, WITH tighter than both; WITH follows one licence, not brackets.
 * L2  Every text is either an expression or invalid with a reason; none throws.
 * L3  Formatting and parsing again gives the same expression.
 */
export type Spdx =
  | { readonly kind: "licence"; readonly id: string; readonly orLater: boolean; readonly exception?: string }
  | { readonly kind: "and" | "or"; readonly left: Spdx; readonly right: Spdx };

export type SpdxReading =
  | { readonly kind: "expression"; readonly expression: Spdx }
  | { readonly kind: "invalid"; readonly why: string };

const MAX_LENGTH = 2_000;
const MAX_NESTING = 64;
const TOKEN = /[()]|[A-Za-z0-9.:-]+\+?/y;
const ID = /^[A-Za-z0-9][A-Za-z0-9.:-]*$/;

export function parseSpdx(text: string): SpdxReading {
  const tokens = tokensOf(text);
  if (typeof tokens === "string") return invalid(tokens);
  const reader: Reader = { tokens, at: 0, nesting: 0 };
  const expression = disjunction(reader);
  if (typeof expression === "string") return invalid(expression);
  const rest = tokens[reader.at];
  return rest === undefined ? { kind: "expression", expression } : invalid(`"${rest}" is one too many`);
}

const invalid = (why: string): SpdxReading => ({ kind: "invalid", why });

/** A string instead of a list or an expression says what is wrong. */
function tokensOf(text: string): readonly string[] | string {
  if (text.length > MAX_LENGTH) return "it is longer than any licence expression";
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return `character ${at + 1} belongs to no licence name`;
    tokens.push(token);
    at += token.length;
  }
  return tokens.length === 0 ? "it is empty" : tokens;
}

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  nesting: number;
}

/** Operators are upper case; all lower case is read too, as the standard has allowed since 2.3. */
function takes(reader: Reader, word: "AND" | "OR" | "WITH" | "(" | ")"): boolean {
  const token = reader.tokens[reader.at];
  if (token !== word && token !== word.toLowerCase()) return false;
  reader.at += 1;
  return true;
}

function disjunction(reader: Reader): Spdx | string {
  let left = conjunction(reader);
  while (typeof left !== "string" && takes(reader, "OR")) {
    const right = conjunction(reader);
    if (typeof right === "string") return right;
    left = { kind: "or", left, right };
  }
  return left;
}

function conjunction(reader: Reader): Spdx | string {
  let left = simple(reader);
  while (typeof left !== "string" && takes(reader, "AND")) {
    const right = simple(reader);
    if (typeof right === "string") return right;
    left = { kind: "and", left, right };
  }
  return left;
}

function simple(reader: Reader): Spdx | string {
  if (takes(reader, "(")) {
    reader.nesting += 1;
    if (reader.nesting > MAX_NESTING) return "its brackets are nested too deep";
    const inner = disjunction(reader);
    reader.nesting -= 1;
    if (typeof inner === "string") return inner;
    return takes(reader, ")") ? inner : "a bracket is not closed";
  }
  const token = reader.tokens[reader.at];
  if (token === undefined) return "it ends where a licence is expected";
  const id = token.endsWith("+") ? token.slice(0, -1) : token;
  if (isOperator(token) || !ID.test(id)) return `"${token}" stands where a licence is expected`;
  reader.at += 1;
  const licence = { kind: "licence", id, orLater: token.endsWith("+") } as const;
  if (!takes(reader, "WITH")) return licence;
  const exception = reader.tokens[reader.at];
  if (exception === undefined || isOperator(exception) || !ID.test(exception)) return "WITH names no exception";
  reader.at += 1;
  return { ...licence, exception };
}

const isOperator = (token: string): boolean => /^(?:AND|OR|WITH|and|or|with)$/.test(token);

/** Brackets only where the meaning needs them, or the grouping is not from the left. */
export function formatSpdx(expression: Spdx): string {
  if (expression.kind === "licence") {
    const id = expression.orLater ? `${expression.id}+` : expression.id;
    return expression.exception === undefined ? id : `${id} WITH ${expression.exception}`;
  }
  const { kind, left, right } = expression;
  const first = kind === "and" && left.kind === "or" ? `(${formatSpdx(left)})` : formatSpdx(left);
  const second =
    right.kind === kind || (kind === "and" && right.kind === "or") ? `(${formatSpdx(right)})` : formatSpdx(right);
  return `${first} ${kind.toUpperCase()} ${second}`;
}
