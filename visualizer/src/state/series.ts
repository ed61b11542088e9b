/** Series: what was spent and held over time, as points of a drawing. */
import type { CountedPot } from "../../../src/contracts/budget.ts";
import type { Overview } from "../../../src/contracts/inspection.ts";
import type { Seq, Timestamp } from "../../../src/contracts/units.ts";

export interface Point {
  readonly seq: Seq;
  readonly at: Timestamp;
  readonly spent: number;
  readonly held: number;
}

export const pointsOf = ({ buckets }: Overview, pot: CountedPot): readonly Point[] =>
  buckets.map(({ to, at, spent, held }) => ({ seq: to, at, spent: spent[pot], held: held[pot] }));

/** The next round number above: 1, 2, 2.5 or 5 of a power of ten. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

/** `M x y L …`, each in the box `width` by `height`, to two places. */
export function lineOf(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], place) => `${place === 0 ? "M" : "L"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
}
