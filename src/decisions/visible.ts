/**
 * Visible: text of others, made safe to show (A-XSS-05, A-HUM-02).
 *
 * E1  No control character, line break, bidirectional or invisible character, unusual space or lone surrogate is left:
 *     each is written as `\u{…}`, so that it is seen.
 */

/** Controls, format and bidirectional marks, surrogates without a partner, separators, and all that is drawn as nothing. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const ALL_HIDDEN = new RegExp(HIDDEN, "gu");
const MOST = 500;

/** The character as its number. */
export const numbered = (one: string): string => `\\u{${one.codePointAt(0)?.toString(16) ?? ""}}`;

/** E1. Line breaks and tabs become a space: the text is one line. */
export function visible(text: string): string {
  const cut = text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  return unhidden(cut.replaceAll(/[\t\r\n ]+/g, " "));
}

/** E1, and nothing else is changed: for text that must be seen whole. Give it one line at a time. */
export const unhidden = (line: string): string => line.replaceAll(ALL_HIDDEN, numbered);

/** Nothing in the text hides. */
export const isPlain = (text: string): boolean => !HIDDEN.test(text);
