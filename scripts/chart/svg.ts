/** SVG: a drawing as text. It brings its own background and colours, for light and for dark. */
import type { Graph } from "./graph.ts";
import { type Drawing, FONT, HEAD, PAD } from "./layout.ts";

const STYLE = `
.paper{fill:#fff;stroke:#d0d7de}.box{fill:#f6f8fa;stroke:#57606a}.first{stroke:#0969da;stroke-width:2}.final{fill:#fff}
.key{fill:#1f2328;font-weight:600}.line,.label,.note{fill:#424a53}.rule{stroke:#d0d7de}.arrow{stroke:#57606a;fill:none}.head{fill:#57606a}.back{fill:#fff}
text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){
.paper{fill:#0d1117;stroke:#30363d}.box{fill:#161b22;stroke:#8b949e}.first{stroke:#58a6ff}.final{fill:#0d1117}
.key{fill:#e6edf3}.line,.label,.note{fill:#b1bac4}.rule{stroke:#30363d}.arrow{stroke:#8b949e}.head{fill:#8b949e}.back{fill:#0d1117}
}`.trim();

const NOTE = 30;
const round = (n: number): number => Math.round(n * 10) / 10;
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const text = (x: number, y: number, kind: string, size: number, content: string, anchor = "start"): string =>
  `<text class="${kind}" x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}">${escaped(content)}</text>`;

function box({
  x,
  y,
  width,
  height,
  box: { id, kind, isInitial, lines },
}: Drawing["boxes"][number]): readonly string[] {
  const frame = (inset: number, more: string): string =>
    `<rect class="box${more}" x="${round(x + inset)}" y="${round(y + inset)}" width="${round(width - inset * 2)}" height="${round(height - inset * 2)}" rx="${8 - inset}"/>`;
  return [
    frame(0, isInitial ? " first" : kind === "final" ? " final" : ""),
    ...(kind === "final" ? [frame(3, " final")] : []),
    text(x + width / 2, y + 20, "key", FONT.key, id, "middle"),
    ...(lines.length === 0
      ? []
      : [
          `<path class="rule" d="M${round(x)} ${round(y + HEAD - 2)}h${round(width)}"/>`,
          ...lines.map((line, n) => text(x + PAD, y + HEAD + 13 + n * FONT.leading, "line", FONT.line, line)),
        ]),
  ];
}

/** Straight lines with their corners rounded off. */
function path(points: readonly { readonly x: number; readonly y: number }[]): string {
  const towards = (a: { x: number; y: number }, b: { x: number; y: number }): string => {
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const share = Math.min(7, length / 2) / length;
    return `${round(a.x + (b.x - a.x) * share)} ${round(a.y + (b.y - a.y) * share)}`;
  };
  return points
    .map((point, n) => {
      const here = `${round(point.x)} ${round(point.y)}`;
      const [before, after] = [points[n - 1], points[n + 1]];
      if (before === undefined) return `M${here}`;
      if (after === undefined) return `L${here}`;
      return `L${towards(point, before)}Q${here} ${towards(point, after)}`;
    })
    .join("");
}

const arrow = ({ points }: Drawing["arrows"][number]): string =>
  `<path class="arrow" d="${path(points)}" marker-end="url(#head)"/>`;

const label = ({ x, y, width, height, lines }: Drawing["labels"][number]): readonly string[] => [
  `<rect class="back" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/>`,
  ...lines.map((line, n) => text(x + width / 2, y + 12 + n * FONT.leading, "label", FONT.line, line, "middle")),
];

/** The chart as an SVG document. The same graph and drawing give the same text. */
export function svgOf(title: string, { boxes, arrows, anywhere }: Graph, drawing: Drawing): string {
  const [width, height] = [Math.ceil(drawing.width), Math.ceil(drawing.height) + NOTE];
  const said = `${boxes.length} states and ${arrows.length} arrows. ${arrows.map(({ from, to }) => `${from} to ${to}`).join(", ")}.`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title said">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="said">${escaped(said)}</desc>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
    `<rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>`,
    ...drawing.arrows.map(arrow),
    ...drawing.labels.flatMap(label),
    ...drawing.boxes.flatMap(box),
    text(
      width / 2,
      height - 20,
      "note",
      FONT.line,
      `starts in ${boxes.find(({ isInitial }) => isInitial)?.id}; from any live state: ${anywhere.join(", ")}`,
      "middle",
    ),
    "</svg>",
  ].join("\n")}\n`;
}
