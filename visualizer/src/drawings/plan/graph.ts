/** Graph of a plan: tasks as boxes, what they need as links, delegated tasks inside the one that delegated them. */
import type { ElkNode, ElkPoint } from "elkjs/lib/elk-api.js";
import type { TaskNode } from "../../../../src/contracts/inspection.ts";
import type { Direction, Placed } from "../chart/elk.ts";
import { parentsOf } from "../nesting.ts";

export const CARD = { width: 236, height: 68 } as const;

export interface PlacedTask extends Placed {
  readonly task: TaskNode;
}

export interface PlacedLink {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly isCritical: boolean;
  readonly lines: readonly (readonly ElkPoint[])[];
}

export interface PlanDrawing {
  readonly width: number;
  readonly height: number;
  readonly tasks: readonly PlacedTask[];
  readonly links: readonly PlacedLink[];
}

/** What of a plan decides where things stand: the drawing is kept while it is the same. */
export const shapeOf = (tasks: readonly TaskNode[]): string =>
  JSON.stringify(tasks.map(({ id, needs, delegatedBy }) => [id, needs, delegatedBy ?? ""]));

/** Which task each delegated one stands in. */
const within = (tasks: readonly TaskNode[]): ReadonlyMap<string, string> =>
  parentsOf(tasks.map(({ id, delegatedBy }) => ({ id, parent: delegatedBy })));

const linkId = (from: string, to: string): string => JSON.stringify([from, to]);

/** Links that are drawn: no task needs what is not in the plan, itself, or what it is inside of. */
export function linksOf(tasks: readonly TaskNode[]): readonly { readonly from: string; readonly to: string }[] {
  const known = new Set<string>(tasks.map(({ id }) => id));
  const parents = within(tasks);
  const isInside = (id: string, outer: string): boolean => {
    const parent = parents.get(id);
    return parent !== undefined && (parent === outer || isInside(parent, outer));
  };
  return tasks.flatMap(({ id, needs }) =>
    [...new Set<string>(needs)]
      .filter((need) => known.has(need) && need !== id && !isInside(id, need) && !isInside(need, id))
      .map((need) => ({ from: need, to: id })),
  );
}

/** Links of the longest chain: from each critical task to the one it waited for longest. */
export function criticalLinks(tasks: readonly TaskNode[]): ReadonlySet<string> {
  const critical = new Map<string, TaskNode>(tasks.filter((task) => task.critical).map((task) => [task.id, task]));
  return new Set(
    [...critical.values()].flatMap(({ id, needs }) => {
      const [last] = needs
        .flatMap((need) => critical.get(need) ?? [])
        .toSorted((a, b) => (b.endedAt ?? Number.POSITIVE_INFINITY) - (a.endedAt ?? Number.POSITIVE_INFINITY));
      return last === undefined ? [] : [linkId(last.id, id)];
    }),
  );
}

const spacing = {
  "elk.spacing.nodeNode": "22",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "9",
  "elk.layered.spacing.nodeNodeBetweenLayers": "30",
  "elk.layered.spacing.edgeNodeBetweenLayers": "14",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
};

const options = {
  ...spacing,
  "elk.algorithm": "layered",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.randomSeed": "1",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.layered.cycleBreaking.strategy": "DEPTH_FIRST",
};

export function elkOfPlan(tasks: readonly TaskNode[], direction: Direction): ElkNode {
  const parents = within(tasks);
  const links = linksOf(tasks);
  // Laid out by itself, what is inside a task takes less room.
  const isCrossed = links.some(({ from, to }) => parents.get(from) !== parents.get(to));
  const layoutOptions = {
    ...options,
    "elk.hierarchyHandling": isCrossed ? "INCLUDE_CHILDREN" : "SEPARATE_CHILDREN",
    "elk.direction": direction,
  };
  const inside = Map.groupBy(tasks, ({ id }) => parents.get(id) ?? "");
  const nodeOf = ({ id }: TaskNode): ElkNode => {
    const children = inside.get(id) ?? [];
    if (children.length === 0) return { id, ...CARD };
    return {
      id,
      children: children.map(nodeOf),
      layoutOptions: {
        ...(isCrossed ? spacing : layoutOptions),
        "elk.padding": `[top=${CARD.height + 8},left=14,bottom=14,right=14]`,
        "elk.nodeSize.constraints": "MINIMUM_SIZE",
        "elk.nodeSize.minimum": `(${CARD.width},${CARD.height})`,
      },
    };
  };
  return {
    id: "plan",
    layoutOptions: { ...layoutOptions, "elk.padding": "[top=10,left=10,bottom=10,right=10]" },
    children: (inside.get("") ?? []).map(nodeOf),
    edges: links.map(({ from, to }) => ({ id: linkId(from, to), sources: [from], targets: [to] })),
  };
}

export function planDrawingOf(tasks: readonly TaskNode[], { width = 0, height = 0, ...root }: ElkNode): PlanDrawing {
  const nodes = new Map(everyNode(root.children ?? []).map((node) => [node.id, node]));
  const edges = new Map((root.edges ?? []).map((edge) => [edge.id, edge]));
  const critical = criticalLinks(tasks);
  return {
    width,
    height,
    tasks: tasks.flatMap((task) => {
      const node = nodes.get(task.id);
      if (node === undefined) return [];
      return [{ task, x: node.x ?? 0, y: node.y ?? 0, width: node.width ?? 0, height: node.height ?? 0 }];
    }),
    links: linksOf(tasks).map(({ from, to }) => {
      const id = linkId(from, to);
      const sections = edges.get(id)?.sections ?? [];
      const lines = sections.map(({ startPoint, bendPoints, endPoint }) => [
        startPoint,
        ...(bendPoints ?? []),
        endPoint,
      ]);
      return { id, from, to, isCritical: critical.has(id), lines };
    }),
  };
}

const everyNode = (nodes: readonly ElkNode[]): readonly ElkNode[] =>
  nodes.flatMap((node) => [node, ...everyNode(node.children ?? [])]);
