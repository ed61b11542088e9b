/** Drawing of a plan: laid out anew only when a task or a link comes or goes. */
import { useEffect, useMemo, useState } from "react";
import type { TaskNode } from "../../../../src/contracts/inspection.ts";
import type { Extent } from "../canvas/viewport.ts";
import type { Direction } from "../chart/elk.ts";
import { largest } from "../chart/place.ts";
import { aspectOf } from "../chart/use-drawing.ts";
import { digestOf, keeping } from "../keeping.ts";
import { layout } from "../layouts.ts";
import { criticalLinks, elkOfPlan, type PlanDrawing, planDrawingOf, shapeOf } from "./graph.ts";

const drawings = keeping<PlanDrawing>();
const DIRECTIONS: readonly Direction[] = ["RIGHT", "DOWN"];

async function placed(tasks: readonly TaskNode[], aspect: number): Promise<PlanDrawing> {
  const both = DIRECTIONS.map(async (direction) => planDrawingOf(tasks, await layout(elkOfPlan(tasks, direction))));
  return largest(await Promise.all(both), aspect);
}

export function usePlanDrawing(
  tasks: readonly TaskNode[],
  window: Extent,
): { readonly drawing?: PlanDrawing; readonly problem?: string } {
  const [laid, setLaid] = useState<{
    readonly shape: string;
    readonly drawing?: PlanDrawing;
    readonly problem?: string;
  }>();
  const shape = useMemo(() => shapeOf(tasks), [tasks]);
  const aspect = aspectOf(window);
  // biome-ignore lint/correctness/useExhaustiveDependencies: where tasks stand follows from their shape
  useEffect(() => {
    if (aspect === undefined) return;
    let isWanted = true;
    drawings(digestOf(`${aspect} ${shape}`), () => placed(tasks, aspect)).then(
      (drawing) => {
        if (isWanted) setLaid({ shape, drawing });
      },
      (error: unknown) => {
        if (isWanted) setLaid({ shape, problem: `This plan could not be laid out: ${String(error)}` });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [shape, aspect]);
  return useMemo(
    () => (laid?.drawing === undefined ? (laid ?? {}) : { drawing: renewed(laid.drawing, tasks) }),
    [laid, tasks],
  );
}

/** The same places, with the tasks as they are now. */
function renewed(drawing: PlanDrawing, tasks: readonly TaskNode[]): PlanDrawing {
  const now = new Map<string, TaskNode>(tasks.map((task) => [task.id, task]));
  const critical = criticalLinks(tasks);
  return {
    ...drawing,
    tasks: drawing.tasks.flatMap((placed) => {
      const task = now.get(placed.task.id);
      return task === undefined ? [] : [{ ...placed, task }];
    }),
    links: drawing.links.map((link) => ({ ...link, isCritical: critical.has(link.id) })),
  };
}
