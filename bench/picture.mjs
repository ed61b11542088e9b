/**
 * Picture: what a step costs as a run grows, of samples that `--out` wrote, as an SVG for light and for dark.
 *
 *   node bench/picture.mjs samples.json > docs/images/steps.svg
 */
import { readFileSync } from "node:fs";
import { good, nameOf, show, typical } from "./lib/table.mjs";

const FIELD = "usPerStep";
const [WIDTH, HEIGHT] = [780, 380];
const PLOT = { left: 64, right: 540, top: 44, bottom: 330 };
const LINE_HEIGHT = 15;

const STYLE = `.paper{fill:#fff;stroke:#d0d7de}text{fill:#424a53;font:12px ui-sans-serif,system-ui,"DejaVu Sans",sans-serif}
.title{fill:#1f2328;font-weight:600;font-size:13px}.grid{stroke:#d8dee4}.line{fill:none;stroke:#8c959f;stroke-width:1.5}.dot{fill:#8c959f}.lead{stroke:#d0d7de;stroke-dasharray:2 3}
.ours .line{stroke:#0969da;stroke-width:2.5}.ours .dot{fill:#0969da}.ours text{fill:#0969da;font-weight:600}
@media (prefers-color-scheme:dark){.paper{fill:#0d1117;stroke:#30363d}text{fill:#b1bac4}.title{fill:#e6edf3}.grid{stroke:#21262d}
.line{stroke:#6e7681}.dot{fill:#6e7681}.lead{stroke:#30363d}.ours .line{stroke:#4493f8}.ours .dot{fill:#4493f8}.ours text{fill:#4493f8}}`;

function pictureOf({ samples, node }) {
  const measured = good(samples);
  const rows = rowsOf(measured);
  const points = rows.flatMap((row) => row.points);
  const x = scale(spanOf(points.map(({ size }) => size)), [PLOT.left, PLOT.right]);
  const y = scale(spanOf(points.map(({ value }) => value)), [PLOT.bottom, PLOT.top]);
  const labels = spread(rows.map(({ points: all }) => y(all.at(-1).value)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title">`,
    `<style>${STYLE}</style><rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8"/>`,
    `<text class="title" id="title" x="${PLOT.left - 44}" y="26">Microseconds a step, over the steps of a run (both logarithmic, Node ${node.slice(1)})</text>`,
    ...decades(points.map(({ value }) => value)).map((value) => gridLine(value, y(value))),
    ...decades(points.map(({ size }) => size)).map((size) => mark(size, x(size))),
    ...rows.map((row, n) => lineOf(row, { x, y, label: labels[n] })),
    "</svg>",
  ].join("\n");
}

/** One for each peer and mode, the dearest last size first. */
function rowsOf(measured) {
  const rows = [...Map.groupBy(measured, nameOf)].map(([name, of]) => ({
    name,
    points: [...Map.groupBy(of, ({ size }) => size)]
      .map(([size, cell]) => ({ size, value: typical(cell, FIELD) }))
      .sort((a, b) => a.size - b.size),
  }));
  return rows.sort((a, b) => b.points.at(-1).value - a.points.at(-1).value);
}

const spanOf = (values) => [Math.min(...values), Math.max(...values)];

const scale =
  ([low, high], [from, to]) =>
  (value) =>
    from + ((Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))) * (to - from);

function decades(values) {
  const [low, high] = spanOf(values);
  const first = Math.ceil(Math.log10(low) - 1e-9);
  return Array.from({ length: Math.floor(Math.log10(high) + 1e-9) - first + 1 }, (_, n) => 10 ** (first + n));
}

/** Labels in their order from the top, none over another. */
function spread(wanted) {
  let last = Number.NEGATIVE_INFINITY;
  return wanted.map((at) => {
    last = Math.max(at, last + LINE_HEIGHT);
    return last;
  });
}

const round = (value) => value.toFixed(1);

const gridLine = (value, at) =>
  `<path class="grid" d="M${PLOT.left} ${round(at)}H${PLOT.right}"/><text x="${PLOT.left - 8}" y="${round(at + 4)}" text-anchor="end">${value.toLocaleString("en")}</text>`;

const mark = (size, at) =>
  `<text x="${round(at)}" y="${PLOT.bottom + 22}" text-anchor="middle">${size.toLocaleString("en")}</text>`;

function lineOf({ name, points }, { x, y, label }) {
  const places = points.map(({ size, value }) => [round(x(size)), round(y(value))]);
  const dots = places.map(([cx, cy]) => `<circle class="dot" cx="${cx}" cy="${cy}" r="3"/>`).join("");
  const said = `${name} ${show(points.at(-1).value)}`;
  const lead = `<path class="lead" d="M${places.at(-1).join(" ")}L${PLOT.right + 16} ${round(label)}"/>`;
  const isOurs = name.startsWith("ours:");
  return `<g${isOurs ? ' class="ours"' : ""}>${lead}<polyline class="line" points="${places.join(" ")}"/>${dots}<text x="${PLOT.right + 20}" y="${round(label + 4)}">${said}</text></g>`;
}

console.log(pictureOf(JSON.parse(readFileSync(process.argv[2], "utf8"))));
