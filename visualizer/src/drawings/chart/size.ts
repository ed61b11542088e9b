/** Sizes: how large a chart's boxes and labels are. A letter of a fixed-width font is as wide as any other. */
import { columnsOf } from "../text.ts";
import type { Box, Line } from "./sketch.ts";

export const FONT = { name: 14, line: 12, leading: 16 } as const;
/** A letter is 0.6 of its size wide; a little more, for fonts that are not quite. */
const LETTER = 0.62;
/** Height of a box's head, and what is left free around its text. */
export const HEAD = 30;
export const PAD = 12;
/** Room in the head for a mark: lit, folded, visits. */
const MARK = 22;
export const DOT = 12;

export interface Size {
  readonly width: number;
  readonly height: number;
}

const widthOf = (texts: readonly string[], size: number): number =>
  Math.max(0, ...texts.map(columnsOf)) * size * LETTER;

export function sizeOf({ kind, name, lines }: Box): Size {
  if (kind === "beginning") return { width: DOT, height: DOT };
  const text = Math.max(
    widthOf([name], FONT.name) + MARK * 2,
    widthOf(
      lines.map((line) => line.text),
      FONT.line,
    ),
  );
  return { width: Math.ceil(text + PAD * 2), height: HEAD + headroom(lines) };
}

/** Height of the lines under a head. */
export const headroom = (lines: readonly Line[]): number => (lines.length === 0 ? 0 : lines.length * FONT.leading + 8);

export const labelSize = (lines: readonly Line[]): Size => ({
  width: Math.ceil(
    widthOf(
      lines.map((line) => line.text),
      FONT.line,
    ) + 8,
  ),
  height: lines.length * FONT.leading,
});
