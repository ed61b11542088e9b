/** Draws the orchestrator's chart, from the machine itself, into `docs/orchestrator.svg`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { orchestratorMachine } from "../machines/orchestrator.ts";
import { graphOf } from "./chart/graph.ts";
import { layout } from "./chart/layout.ts";
import { svgOf } from "./chart/svg.ts";

export async function drawChart(): Promise<string> {
  const graph = graphOf(orchestratorMachine);
  return svgOf("The orchestrator's statechart", graph, await layout(graph));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL("../docs/orchestrator.svg", import.meta.url), await drawChart());
