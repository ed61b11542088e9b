/**
 * Text from the tree, made safe to show in a Markdown document and in a terminal (A-XSS-05).
 *
 * E1  No control character, line break, bidirectional or invisible character, or lone surrogate is left: each is
 *     written as `\u{…}`, so that it is seen.
 * E2  Nothing in the text is Markdown, HTML, or an address that renderers turn into a link.
 */

/** Controls, format and bidirectional marks, surrogates without a partner, line separators, and all that is drawn as nothing. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const MARKDOWN = /[\\`*_[\]|~$]/g;
const MOST = 500;

/** E1. Line breaks and tabs become a space: the text is one line. */
export function visible(text: string): string {
  const cut = text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  return unhidden(cut.replaceAll(/[\t\r\n ]+/g, " "));
}

/** E1, and nothing else is changed: for text that must be seen whole. Give it one line at a time. */
export const unhidden = (line: string): string =>
  line.replaceAll(HIDDEN, (one) => `\\u{${one.codePointAt(0)?.toString(16) ?? ""}}`);

/** E1 and E2, for running text and table cells. */
export function escaped(text: string): string {
  const marked = visible(text)
    .trim()
    .replaceAll(MARKDOWN, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
  return (
    marked
      // GitHub links bare addresses; a broken prefix is not one.
      .replaceAll("://", ":&#8203;//")
      .replaceAll(/www\./gi, (www) => `${www.slice(0, 3)}&#46;`)
      .replaceAll("@", "&#64;")
      .replace(
        /^(?:[-+#=]|\d+[.)](?=\s|$))/,
        (first) => `${first.slice(0, -1)}&#${first.charCodeAt(first.length - 1)};`,
      )
  );
}

/** E1 and E2, for paths and names: a code span, in which nothing else is read. */
export function code(text: string): string {
  // A table takes a bar for the end of a cell even here; and no fence can be escaped, so none is in it.
  const shown = visible(text).replaceAll("`", "\\u{60}").replaceAll("|", "\\u{7c}").trim();
  return shown === "" ? "(empty)" : `\`${shown}\``;
}
