/** ELK: a sketch as a graph that ELK lays out, and what comes back as a drawing in one system of coordinates. */
import type { ElkExtendedEdge, ElkNode, ElkPoint } from "elkjs/lib/elk-api.js";
import { HEAD, headroom, labelSize, type Size, sizeOf } from "./size.ts";
import type { Box, Line, Sketch, Way } from "./sketch.ts";

const APART = 12;

export type Direction = "DOWN" | "RIGHT";

export interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedBox extends Placed {
  readonly box: Box;
  /** It has others in it. */
  readonly isOpen: boolean;
}

export interface PlacedWay {
  readonly way: Way;
  /** Pieces of the line; more than one where it has branches. */
  readonly lines: readonly (readonly ElkPoint[])[];
  readonly label?: Placed & { readonly lines: readonly Line[] };
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly ways: readonly PlacedWay[];
}

/** What each compound state has to be told again. Told of the order of the model too, ELK 0.12 fails on nested states. */
const spacing = {
  "elk.spacing.nodeNode": "20",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "10",
  "elk.spacing.edgeLabel": "4",
  "elk.layered.spacing.nodeNodeBetweenLayers": "16",
  "elk.layered.spacing.edgeNodeBetweenLayers": "11",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "9",
};

const options = {
  ...spacing,
  "elk.algorithm": "layered",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.randomSeed": "1",
  "elk.edgeLabels.placement": "CENTER",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.cycleBreaking.strategy": "DEPTH_FIRST",
  "elk.layered.feedbackEdges": "true",
};

const quick = {
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.thoroughness": "1",
};

const inModelOrder = {
  "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
  "elk.layered.considerModelOrder.strategy": "PREFER_EDGES",
};

/** How it is laid out. In the order of the chart it reads best, but ELK cannot do so for every nested chart. */
export type Manner = "by-model" | "plain";

/** Of more ways, what takes long is left out. */
export const MANY_WAYS = 80;

export function elkOf({ boxes, ways }: Sketch, direction: Direction, manner: Manner = "by-model"): ElkNode {
  const inside = Map.groupBy(boxes, ({ parent }) => parent ?? "");
  const roomFor = roomierBy(ways, direction);
  const nodeOf = (box: Box): ElkNode => {
    const children = inside.get(box.id) ?? [];
    const size = roomFor(box.id, sizeOf(box));
    if (children.length === 0) return { id: box.id, ...size, ...first(box) };
    const head = HEAD + headroom(box.lines) + 10;
    return {
      id: box.id,
      children: children.map(nodeOf),
      layoutOptions: {
        ...spacing,
        "elk.layered.cycleBreaking.strategy": "DEPTH_FIRST",
        "elk.padding": `[top=${head},left=16,bottom=16,right=16]`,
        "elk.nodeSize.constraints": "MINIMUM_SIZE",
        "elk.nodeSize.minimum": `(${size.width},${head})`,
        ...first(box).layoutOptions,
      },
    };
  };
  return {
    id: "chart",
    layoutOptions: {
      ...options,
      ...(manner === "by-model" ? inModelOrder : {}),
      ...(ways.length > MANY_WAYS ? quick : {}),
      "elk.direction": direction,
      "elk.padding": "[top=10,left=10,bottom=10,right=10]",
    },
    children: (inside.get("") ?? []).map(nodeOf),
    edges: ways.map(edgeOf),
  };
}

/** A side at which many ways begin or end is long enough for their heads to stand apart. */
function roomierBy(ways: readonly Way[], direction: Direction): (id: string, size: Size) => Size {
  const count = (side: "from" | "to"): ReadonlyMap<string, number> =>
    new Map([...Map.groupBy(ways, (way) => way[side])].map(([id, own]) => [id, own.length]));
  const [out, into] = [count("from"), count("to")];
  return (id, { width, height }) => {
    const needed = Math.max(out.get(id) ?? 0, into.get(id) ?? 0) * APART;
    return direction === "DOWN"
      ? { width: Math.max(width, needed), height }
      : { width, height: Math.max(height, needed) };
  };
}

const first = ({ kind }: Box): { readonly layoutOptions?: Record<string, string> } =>
  kind === "beginning" ? { layoutOptions: { "elk.layered.layering.layerConstraint": "FIRST" } } : {};

const edgeOf = ({ id, from, to, lines }: Way): ElkExtendedEdge => ({
  id,
  sources: [from],
  targets: [to],
  ...(lines.length === 0
    ? {}
    : {
        labels: [
          {
            id: `label ${id}`,
            text: "label",
            ...labelSize(lines),
            layoutOptions: { "elk.edgeLabels.inline": "true" },
          },
        ],
      }),
});

export function drawingOf({ boxes, ways }: Sketch, { width = 0, height = 0, ...root }: ElkNode): Drawing {
  const nodes = new Map(everyNode(root.children ?? []).map((node) => [node.id, node]));
  const edges = new Map((root.edges ?? []).map((edge) => [edge.id, edge]));
  return {
    width,
    height,
    boxes: boxes.flatMap((box) => {
      const node = nodes.get(box.id);
      return node === undefined ? [] : [{ ...placeOf(node), box, isOpen: (node.children ?? []).length > 0 }];
    }),
    ways: ways.flatMap((way) => {
      const edge = edges.get(way.id);
      return edge === undefined ? [] : [wayOf(way, edge)];
    }),
  };
}

function wayOf(way: Way, { sections, labels }: ElkExtendedEdge): PlacedWay {
  const [label] = labels ?? [];
  return {
    way,
    lines: (sections ?? []).map(({ startPoint, bendPoints, endPoint }) => [
      startPoint,
      ...(bendPoints ?? []),
      endPoint,
    ]),
    ...(label === undefined ? {} : { label: { ...placeOf(label), lines: way.lines } }),
  };
}

const everyNode = (nodes: readonly ElkNode[]): readonly ElkNode[] =>
  nodes.flatMap((node) => [node, ...everyNode(node.children ?? [])]);

export const placeOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Placed>): Placed => ({ x, y, width, height });
