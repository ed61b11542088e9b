/** Path: straight lines with their corners rounded off, as an SVG path. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

const RADIUS = 7;
const round = (n: number): number => Math.round(n * 10) / 10;

function towards(a: Point, b: Point): string {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const share = Math.min(RADIUS, length / 2) / length;
  return `${round(a.x + (b.x - a.x) * share)} ${round(a.y + (b.y - a.y) * share)}`;
}

export const pathOf = (points: readonly Point[]): string =>
  points
    .map((point, n) => {
      const here = `${round(point.x)} ${round(point.y)}`;
      const [before, after] = [points[n - 1], points[n + 1]];
      if (before === undefined) return `M${here}`;
      if (after === undefined) return `L${here}`;
      return `L${towards(point, before)}Q${here} ${towards(point, after)}`;
    })
    .join("");
