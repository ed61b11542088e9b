/** Drawing of a chart: laid out in the worker for the shape of its window, kept by digest. */
import { useEffect, useMemo, useState } from "react";
import type { Chart } from "../../../../src/contracts/inspection.ts";
import type { Extent } from "../canvas/viewport.ts";
import { digestOf, keeping } from "../keeping.ts";
import { layout } from "../layouts.ts";
import type { Drawing } from "./elk.ts";
import { placed } from "./place.ts";
import { type Look, type Sketch, sketchOf } from "./sketch.ts";

const drawings = keeping<Drawing>();

/** Shapes of windows that a chart is laid out for; a window that is dragged wider is not a new layout at each pixel. */
const ASPECTS = [0.6, 1, 1.4, 1.8, 2.4] as const;

export const aspectOf = ({ width, height }: Extent): number | undefined => {
  if (width <= 0 || height <= 0) return undefined;
  const wanted = Math.log(width / height);
  return ASPECTS.reduce<number>(
    (best, one) => (Math.abs(Math.log(one) - wanted) < Math.abs(Math.log(best) - wanted) ? one : best),
    1,
  );
};

export interface Drawn {
  readonly sketch: Sketch;
  readonly drawing?: Drawing;
  readonly problem?: string;
}

export function useDrawing(chart: Chart, { detail, folded }: Look, window: Extent): Drawn {
  const sketch = useMemo(() => sketchOf(chart, { detail, folded }), [chart, detail, folded]);
  const aspect = aspectOf(window);
  const [drawn, setDrawn] = useState<Drawn>({ sketch });
  useEffect(() => {
    if (aspect === undefined) return;
    let isWanted = true;
    const key = digestOf(`${aspect} ${JSON.stringify(sketch)}`);
    drawings(key, () => placed(sketch, aspect, layout)).then(
      (drawing) => {
        if (isWanted) setDrawn({ sketch, drawing });
      },
      (error: unknown) => {
        if (isWanted) setDrawn({ sketch, problem: `This chart could not be laid out: ${String(error)}` });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [sketch, aspect]);
  return drawn;
}
