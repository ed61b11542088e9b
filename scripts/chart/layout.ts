/** Layout: where the boxes, arrows and labels of a graph stand. ELK places what is connected; the rest stands in a row below. */
import { createRequire } from "node:module";
import type { ELK, ElkExtendedEdge, ElkNode, ElkPoint } from "elkjs/lib/elk-api.js";
import type { Arrow, Box, Graph } from "./graph.ts";

/** Its types say that it is an ES module; it is CommonJS. */
const Elk = createRequire(import.meta.url)("elkjs") as new () => ELK;

export const FONT = { key: 14, line: 12, leading: 16 } as const;
/** A letter of a fixed-width font is 0.6 of its size wide; a little more, for fonts that are not quite. */
const LETTER = 0.62;
export const HEAD = 30;
export const PAD = 12;
const ROW_GAP = 28;

export interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (Placed & { readonly box: Box })[];
  readonly arrows: readonly { readonly points: readonly ElkPoint[] }[];
  readonly labels: readonly (Placed & { readonly lines: readonly string[] })[];
}

const widthOf = (lines: readonly string[], size: number): number =>
  Math.max(0, ...lines.map((line) => line.length)) * size * LETTER;

const sizeOf = ({ id, lines }: Box): { readonly width: number; readonly height: number } => ({
  width: Math.ceil(Math.max(widthOf([id], FONT.key), widthOf(lines, FONT.line)) + PAD * 2),
  height: HEAD + (lines.length === 0 ? 0 : lines.length * FONT.leading + 8),
});

const edgeOf = ({ from, to, label }: Arrow, n: number): ElkExtendedEdge => ({
  id: `e${n}`,
  sources: [from],
  targets: [to],
  labels: [
    {
      id: `l${n}`,
      text: label.join("\n"),
      width: widthOf(label, FONT.line) + 4,
      height: label.length * FONT.leading,
      layoutOptions: { "elk.edgeLabels.inline": "true" },
    },
  ],
});

const options = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.randomSeed": "1",
  "elk.padding": "[top=24,left=16,bottom=12,right=16]",
  "elk.edgeLabels.placement": "CENTER",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
  "elk.layered.considerModelOrder.strategy": "PREFER_EDGES",
  "elk.layered.feedbackEdges": "true",
  "elk.spacing.nodeNode": "20",
  "elk.spacing.edgeNode": "12",
  "elk.spacing.edgeEdge": "10",
  "elk.spacing.edgeLabel": "4",
  "elk.layered.spacing.nodeNodeBetweenLayers": "26",
  "elk.layered.spacing.edgeNodeBetweenLayers": "18",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "14",
};

export async function layout({ boxes, arrows }: Graph): Promise<Drawing> {
  const connected = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  const graph = await new Elk().layout({
    id: "chart",
    layoutOptions: options,
    children: boxes.filter(({ id }) => connected.has(id)).map((box) => ({ id: box.id, ...sizeOf(box) })),
    edges: arrows.map(edgeOf),
  });
  const { width, height, row } = rowBelow(
    boxes.filter(({ id }) => !connected.has(id)),
    graph,
  );
  const byId = new Map(boxes.map((box) => [box.id, box]));
  return {
    width,
    height,
    boxes: [...(graph.children ?? []).map((node) => ({ ...placeOf(node), box: byId.get(node.id) as Box })), ...row],
    arrows: (graph.edges ?? []).flatMap(({ sections }) =>
      (sections ?? []).map(({ startPoint, bendPoints, endPoint }) => ({
        points: [startPoint, ...(bendPoints ?? []), endPoint],
      })),
    ),
    labels: (graph.edges ?? []).flatMap(({ labels }) =>
      (labels ?? []).map((label) => ({ ...placeOf(label as ElkNode), lines: (label.text ?? "").split("\n") })),
    ),
  };
}

const placeOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Placed>): Placed => ({ x, y, width, height });

function rowBelow(
  boxes: readonly Box[],
  { width = 0, height = 0 }: ElkNode,
): { readonly width: number; readonly height: number; readonly row: readonly (Placed & { readonly box: Box })[] } {
  const sizes = boxes.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size.width, 0) + ROW_GAP * Math.max(0, boxes.length - 1);
  const wide = Math.max(width, total + 48);
  let x = (wide - total) / 2;
  const row = boxes.map((box, n) => {
    const size = sizes[n] as (typeof sizes)[number];
    const placed = { x, y: height + ROW_GAP, ...size, box };
    x += size.width + ROW_GAP;
    return placed;
  });
  return { width: wide, height: height + ROW_GAP + Math.max(0, ...sizes.map((size) => size.height)) + 24, row };
}
