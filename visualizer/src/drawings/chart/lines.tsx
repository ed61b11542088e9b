/** Lines of text in a box or at a way, one text node each. */
import { FONT } from "./size.ts";
import type { Line } from "./sketch.ts";

export interface LinesProps {
  readonly lines: readonly Line[];
  readonly x: number;
  /** Of the first line's foot. */
  readonly y: number;
  readonly className: string;
  readonly anchor: "start" | "middle";
}

export function Lines({ lines, x, y, className, anchor }: LinesProps) {
  return lines.map(({ text }, n) => (
    <text
      // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name than its place
      key={n}
      aria-hidden="true"
      className={className}
      x={x}
      y={y + n * FONT.leading}
      fontSize={FONT.line}
      textAnchor={anchor}
    >
      {text}
    </text>
  ));
}
