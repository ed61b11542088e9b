/**
 * Text from the tree, made safe to show in a Markdown document and in a terminal (A-XSS-05).
 *
 * E1  Nothing in the text is hidden: see `visible`.
 * E2  Nothing in the text is Markdown, HTML, or an address that renderers turn into a link.
 */
import { visible } from "../../../index.ts";

export { visible } from "../../../index.ts";

const MARKDOWN = /[\\`*_[\]|~$]/g;

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
