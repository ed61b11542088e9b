/** Which lines give a password or key a value? Linear as {@link tokensIn} is: fixed words, then one bounded look ahead. */
import type { Span } from "./token-shapes.ts";

const WORD =
  /password|passwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?token|access[_-]?token|credential/gi;
/** The rest of the name, `=` or `:`, and a quoted value without spaces. */
const QUOTED = /[A-Za-z0-9_-]{0,30}["'`]?[ \t]{0,4}(?:=>|:=|=|:)[ \t]{0,4}(["'`])([^\s"'`]{8,200})\1/y;
/** In files of settings a value needs no quotes. */
const BARE = /[A-Za-z0-9_-]{0,30}[ \t]{0,4}[=:][ \t]{0,4}([^\s"'`#;]{8,200})[ \t\r]*$/y;
const SETTINGS =
  /(?:^|\/)(?:\.env[^/]*|[^/]+\.(?:env|ini|cfg|conf|properties|toml|ya?ml)|\.npmrc|\.pypirc|credentials)$/i;

/** Below this many bits a character, a value is a word and not a key. */
const LEAST_ENTROPY = 3;

export const isSettings = (path: string): boolean => SETTINGS.test(path);

export function assignmentsIn(line: string, settings: boolean): readonly Span[] {
  const found: Span[] = [];
  WORD.lastIndex = 0;
  for (let word = WORD.exec(line); word !== null; word = WORD.exec(line)) {
    const value = valueAfter(line, WORD.lastIndex, settings);
    if (value === undefined) continue;
    WORD.lastIndex = value.end;
    if (looksRandom(line.slice(value.start, value.end)))
      found.push({ rule: "assigned-secret", what: `value of "${word[0].toLowerCase()}"`, ...value });
  }
  return found;
}

function valueAfter(
  line: string,
  at: number,
  settings: boolean,
): { readonly start: number; readonly end: number } | undefined {
  QUOTED.lastIndex = at;
  const quoted = QUOTED.exec(line);
  if (quoted?.[2] !== undefined) return { start: QUOTED.lastIndex - 1 - quoted[2].length, end: QUOTED.lastIndex - 1 };
  if (!settings) return undefined;
  BARE.lastIndex = at;
  const bare = BARE.exec(line);
  if (bare?.[1] === undefined) return undefined;
  const start = at + bare[0].lastIndexOf(bare[1]);
  return { start, end: start + bare[1].length };
}

/** Letters and digits both, and no address, path, name of a variable or digest of a package. */
function looksRandom(value: string): boolean {
  if (!/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (/^(?:https?:|[./@~]|sha\d+-|\$|%|<|\{)|\$\{|\{\{|\(/.test(value)) return false;
  if (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value)) return false;
  return entropyOf(value) >= LEAST_ENTROPY;
}

/** Shannon's, in bits a character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
