/** Text: names and values of others as they stand in a drawing: one line, cut, and nothing in it hidden. */
import { visible } from "../../../src/decisions/visible.ts";

const MARK = /\p{M}/u;
/** Two columns wide in a fixed-width font. */
const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60]/u;

/** What a tooltip or a text alternative says at most. */
const MOST = 400;

function widthOf(one: string): number {
  if (MARK.test(one)) return 0;
  return WIDE.test(one) ? 2 : 1;
}

/** Columns that a text takes. */
export const columnsOf = (text: string): number => [...text].reduce((sum, one) => sum + widthOf(one), 0);

/** As many columns of the text as there is room for, an ellipsis in place of the rest. */
export function clip(text: string, columns: number): string {
  const seen = withoutPiles(visible(text));
  if (columnsOf(seen) <= columns) return seen;
  let kept = "";
  let width = 0;
  for (const one of seen) {
    width += widthOf(one);
    if (width > columns - 1) break;
    kept += one;
  }
  return `${kept.trimEnd()}…`;
}

/** Marks upon marks reach into the lines above: a letter keeps one. */
const withoutPiles = (text: string): string => text.replaceAll(/(\p{M})\p{M}+/gu, "$1");

/** The text for a tooltip: bounded, nothing hidden. */
export const said = (text: string): string => clip(text, MOST);
