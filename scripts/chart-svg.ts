/** Chart SVG: a drawing of a chart as an SVG document. It brings its own background and colours, for light and for dark. */
import type { Drawing, PlacedBox, PlacedWay } from "../visualizer/src/drawings/chart/elk.ts";
import { DOT, FONT, HEAD, PAD } from "../visualizer/src/drawings/chart/size.ts";
import type { Line } from "../visualizer/src/drawings/chart/sketch.ts";
import { pathOf } from "../visualizer/src/drawings/path.ts";

const STYLE = `
.paper{fill:#fff;stroke:#d0d7de}.box{fill:#f6f8fa;stroke:#57606a}.final{fill:#fff}.anywhere{fill:none;stroke-dasharray:2 3}
.open{fill:none}.region{stroke-dasharray:5 4}.name{fill:#1f2328;font-weight:600}.line{fill:#424a53}.rule{stroke:#d0d7de}
.arrow{stroke:#57606a;fill:none}.head,.dot{fill:#57606a}.back{fill:#fff}
text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){
.paper{fill:#0d1117;stroke:#30363d}.box{fill:#161b22;stroke:#8b949e}.final{fill:#0d1117}.anywhere,.open{fill:none}
.name{fill:#e6edf3}.line{fill:#b1bac4}.rule{stroke:#30363d}.arrow{stroke:#8b949e}.head,.dot{fill:#8b949e}.back{fill:#0d1117}
}`.trim();

const round = (n: number): number => Math.round(n * 10) / 10;
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

interface Text {
  readonly x: number;
  readonly y: number;
  readonly kind: "name" | "line";
  readonly anchor: "start" | "middle";
}

const textOf = (content: string, { x, y, kind, anchor }: Text): string =>
  `<text class="${kind}" x="${round(x)}" y="${round(y)}" font-size="${FONT[kind]}" text-anchor="${anchor}">${escaped(content)}</text>`;

const linesOf = (lines: readonly Line[], { y, ...at }: Text): readonly string[] =>
  lines.map(({ text }, n) => textOf(text, { ...at, y: y + n * FONT.leading }));

function boxOf({ x, y, width, height, isOpen, box: { kind, name, lines, isRegion } }: PlacedBox): readonly string[] {
  if (kind === "beginning")
    return [`<circle class="dot" cx="${round(x + width / 2)}" cy="${round(y + height / 2)}" r="${DOT / 2 - 1}"/>`];
  const more = [kind, ...(isOpen ? ["open"] : []), ...(isRegion ? ["region"] : [])].join(" ");
  const frame = (inset: number): string =>
    `<rect class="box ${more}" x="${round(x + inset)}" y="${round(y + inset)}" width="${round(width - inset * 2)}" height="${round(height - inset * 2)}" rx="${8 - inset}"/>`;
  return [
    frame(0),
    ...(kind === "final" ? [frame(3)] : []),
    textOf(name, { x: x + width / 2, y: y + 20, kind: "name", anchor: "middle" }),
    ...(lines.length === 0 ? [] : [`<path class="rule" d="M${round(x)} ${round(y + HEAD - 2)}h${round(width)}"/>`]),
    ...linesOf(lines, { x: x + PAD, y: y + HEAD + 13, kind: "line", anchor: "start" }),
  ];
}

const arrowsOf = ({ lines }: PlacedWay): readonly string[] =>
  lines.map((line) => `<path class="arrow" d="${pathOf(line)}" marker-end="url(#head)"/>`);

function labelOf({ label }: PlacedWay): readonly string[] {
  if (label === undefined) return [];
  const { x, y, width, height, lines } = label;
  return [
    `<rect class="back" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/>`,
    ...linesOf(lines, { x: x + width / 2, y: y + 12, kind: "line", anchor: "middle" }),
  ];
}

/** The same drawing gives the same text. */
export function svgOf(title: string, { boxes, ways, ...size }: Drawing): string {
  const [width, height] = [Math.ceil(size.width), Math.ceil(size.height)];
  const drawn = ways.filter(({ way }) => way.edges.length > 0).map(({ way: { from, to } }) => `${from} to ${to}`);
  const states = boxes.filter(({ box }) => box.kind !== "beginning" && box.kind !== "anywhere").length;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title said">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="said">${escaped(`${states} states and ${drawn.length} arrows. ${drawn.join(", ")}.`)}</desc>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
    `<rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>`,
    ...boxes.filter(({ isOpen }) => isOpen).flatMap(boxOf),
    ...ways.flatMap(arrowsOf),
    ...ways.flatMap(labelOf),
    ...boxes.filter(({ isOpen }) => !isOpen).flatMap(boxOf),
    "</svg>",
  ].join("\n")}\n`;
}
