import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { orchestratorMachine } from "../../machines/orchestrator.ts";
import { graphOf } from "../../scripts/chart/graph.ts";
import { layout, type Placed } from "../../scripts/chart/layout.ts";
import { drawChart } from "../../scripts/draw-chart.ts";

const graph = graphOf(orchestratorMachine);

const meet = (a: Placed, b: Placed): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe("the picture of the orchestrator", () => {
  it("is what the machine is now; else run `npm run chart`", async () => {
    const committed = readFileSync(new URL("../../docs/orchestrator.svg", import.meta.url), "utf8");
    expect(committed).toBe(await drawChart());
  });

  it("has every state of the machine, and every way between two states", () => {
    expect(graph.boxes.map(({ id }) => id)).toEqual(Object.keys(orchestratorMachine.root.states));
    const said = [...graph.boxes.flatMap(({ lines }) => lines), ...graph.anywhere].join("\n");
    for (const node of Object.values(orchestratorMachine.root.states)) {
      const targets = [...[...node.transitions.values()].flat(), ...(node.always ?? [])].flatMap(
        ({ target }) => target ?? [],
      );
      for (const { key } of targets) {
        const isDrawn = graph.arrows.some(({ from, to }) => from === node.key && to === key);
        expect(isDrawn || said.includes(`→ ${key}`) || said.includes("→ back to any of"), `${node.key} → ${key}`).toBe(
          true,
        );
      }
    }
  });

  it("lays nothing over a state or over another label", async () => {
    const { boxes, labels } = await layout(graph);
    const all: readonly Placed[] = [...boxes, ...labels];
    const over = all.flatMap((one, n) => all.slice(n + 1).filter((other) => meet(one, other)));
    expect(over).toEqual([]);
  });
});
