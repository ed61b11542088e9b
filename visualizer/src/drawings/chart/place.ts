/** Place: a sketch laid out so that it is largest in a window of a given shape. What is not connected stands aside. */
import type { ElkNode } from "elkjs/lib/elk-api.js";
import { type Direction, type Drawing, drawingOf, elkOf, MANY_WAYS, type Placed } from "./elk.ts";
import type { Sketch } from "./sketch.ts";

export type Layout = (graph: ElkNode) => Promise<ElkNode>;

const GAP = 28;

/** Parts of a sketch that no way connects, the largest first. */
export function partsOf({ boxes, ways }: Sketch): readonly Sketch[] {
  const parents = new Map(boxes.map(({ id, parent }) => [id, parent]));
  const outermost = (id: string): string => {
    const parent = parents.get(id);
    return parent === undefined ? id : outermost(parent);
  };
  const groups = new Map(boxes.map(({ id }) => [outermost(id), outermost(id)]));
  const groupOf = (id: string): string => {
    const above = groups.get(id) ?? id;
    return above === id ? id : groupOf(above);
  };
  for (const { from, to } of ways) groups.set(groupOf(outermost(from)), groupOf(outermost(to)));
  const inWhich = (id: string): string => groupOf(outermost(id));
  const waysBy = Map.groupBy(ways, ({ from }) => inWhich(from));
  return [...Map.groupBy(boxes, ({ id }) => inWhich(id))]
    .map(([group, own]) => ({ boxes: own, ways: waysBy.get(group) ?? [] }))
    .toSorted((a, b) => b.boxes.length - a.boxes.length);
}

/** How large it can be shown in a window of that shape (width by height). */
const scaleIn = ({ width, height }: Pick<Placed, "width" | "height">, aspect: number): number =>
  Math.min(aspect / width, 1 / height);

/** The one that can be shown largest; the first where there is little between them. */
export const largest = <One extends Pick<Placed, "width" | "height">>(drawings: readonly One[], aspect: number): One =>
  drawings.reduce((best, one) => (scaleIn(one, aspect) > scaleIn(best, aspect) * 1.05 ? one : best));

function directionsOf({ ways }: Sketch, aspect: number): readonly Direction[] {
  if (ways.length < 2) return ["DOWN"];
  if (ways.length > MANY_WAYS) return [aspect > 1.5 ? "RIGHT" : "DOWN"];
  return ["DOWN", "RIGHT"];
}

/** Both directions are tried: which is larger depends on the chart. */
export async function placed(sketch: Sketch, aspect: number, layout: Layout): Promise<Drawing> {
  const parts = partsOf(sketch);
  const drawn = await Promise.all(
    parts.map(async (part) => {
      const directions = directionsOf(part, aspect);
      const both = await Promise.all(
        directions.map(async (direction) =>
          drawingOf(part, await layout(elkOf(part, direction)).catch(() => layout(elkOf(part, direction, "plain")))),
        ),
      );
      return largest(both, aspect);
    }),
  );
  const [main, ...rest] = drawn;
  if (main === undefined) return { width: 0, height: 0, boxes: [], ways: [] };
  if (rest.length === 0) return main;
  return largest([below(main, rest), beside(main, rest)], aspect);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const total = (drawings: readonly Drawing[], side: "width" | "height"): number =>
  sum(drawings.map((one) => one[side])) + GAP * (drawings.length - 1);
const most = (drawings: readonly Drawing[], side: "width" | "height"): number =>
  Math.max(...drawings.map((one) => one[side]));

/** The rest in a row under the main part. */
function below(main: Drawing, rest: readonly Drawing[]): Drawing {
  const width = Math.max(main.width, total(rest, "width"));
  let x = (width - total(rest, "width")) / 2;
  const row = rest.map((one) => {
    const moved = shifted(one, x, main.height + GAP);
    x += one.width + GAP;
    return moved;
  });
  return joined([shifted(main, (width - main.width) / 2, 0), ...row], {
    width,
    height: main.height + GAP + most(rest, "height"),
  });
}

/** The rest in a column at the right of the main part. */
function beside(main: Drawing, rest: readonly Drawing[]): Drawing {
  const height = Math.max(main.height, total(rest, "height"));
  let y = (height - total(rest, "height")) / 2;
  const column = rest.map((one) => {
    const moved = shifted(one, main.width + GAP, y);
    y += one.height + GAP;
    return moved;
  });
  return joined([shifted(main, 0, (height - main.height) / 2), ...column], {
    width: main.width + GAP + most(rest, "width"),
    height,
  });
}

const joined = (drawings: readonly Drawing[], size: { readonly width: number; readonly height: number }): Drawing => ({
  ...size,
  boxes: drawings.flatMap(({ boxes }) => boxes),
  ways: drawings.flatMap(({ ways }) => ways),
});

function shifted({ boxes, ways, ...size }: Drawing, dx: number, dy: number): Drawing {
  const move = <Item extends { readonly x: number; readonly y: number }>(item: Item): Item => ({
    ...item,
    x: item.x + dx,
    y: item.y + dy,
  });
  return {
    ...size,
    boxes: boxes.map(move),
    ways: ways.map(({ label, lines, ...way }) => ({
      ...way,
      lines: lines.map((line) => line.map(move)),
      ...(label === undefined ? {} : { label: move(label) }),
    })),
  };
}
