import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { drawChart } from "../../scripts/draw-chart.ts";

it("the committed picture of the orchestrator is what the machine is now; else run `npm run chart`", async () => {
  const committed = readFileSync(new URL("../../docs/orchestrator.svg", import.meta.url), "utf8");
  expect(committed).toBe(await drawChart());
});
