/** Text: names and values of others as they stand in a drawing: one line, cut, and nothing in it hidden. */

/** Controls, bidirectional and invisible marks, lone surrogates, separators. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const MARK = /\p{M}/u;
/** Two columns wide in a fixed-width font. */
const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60]/u;

/** What a tooltip or a text alternative says at most. */
export const MOST = 400;

const seen = (one: string): string => {
  if (/\s/.test(one)) return " ";
  return HIDDEN.test(one) ? `\\u{${one.codePointAt(0)?.toString(16) ?? ""}}` : one;
};

function widthOf(one: string): number {
  if (MARK.test(one)) return 0;
  return WIDE.test(one) ? 2 : [...one].length;
}

/** As many columns of the text as there is room for, an ellipsis in place of the rest. */
export function clip(text: string, columns: number): string {
  let kept = "";
  let width = 0;
  let marks = 0;
  for (const one of text) {
    const shown = seen(one);
    marks = MARK.test(one) ? marks + 1 : 0;
    // Marks upon marks reach into the lines above.
    if (marks > 1) continue;
    const more = shown.length > 1 && shown !== one ? shown.length : widthOf(shown);
    if (width + more > columns) return cutTo(kept, columns - 1);
    kept += shown;
    width += more;
  }
  return kept;
}

function cutTo(text: string, columns: number): string {
  let kept = "";
  let width = 0;
  for (const one of text) {
    width += widthOf(one);
    if (width > columns) break;
    kept += one;
  }
  return `${kept.trimEnd()}…`;
}

/** Columns that a clipped text takes. */
export const columnsOf = (text: string): number => [...text].reduce((sum, one) => sum + widthOf(one), 0);

/** The text for a tooltip: bounded, nothing hidden. */
export const said = (text: string): string => clip(text, MOST);
