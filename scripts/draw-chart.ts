/** Draws the orchestrator's chart, from the machine itself, into `docs/orchestrator.svg`, as the visualizer draws it. */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { ELK } from "elkjs/lib/elk-api.js";
import { orchestratorMachine } from "../machines/orchestrator.ts";
import { chartOf } from "../src/charts/chart.ts";
import { placed } from "../visualizer/src/drawings/chart/place.ts";
import { sketchOf } from "../visualizer/src/drawings/chart/sketch.ts";
import { svgOf } from "./chart-svg.ts";

/** Its types say that it is an ES module; it is CommonJS. */
const Elk = createRequire(import.meta.url)("elkjs") as new () => ELK;

/** About as wide as high: a page of text has no room for more. */
const ASPECT = 1;

export async function drawChart(): Promise<string> {
  const sketch = sketchOf(chartOf(orchestratorMachine, "orchestrator"), { detail: "overview", folded: new Set() });
  return svgOf("The orchestrator's statechart", await placed(sketch, ASPECT, (graph) => new Elk().layout(graph)));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL("../docs/orchestrator.svg", import.meta.url), await drawChart());
