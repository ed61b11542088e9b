import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partsOf } from "../../../visualizer/src/drawings/chart/place.ts";
import { type Detail, sketchOf } from "../../../visualizer/src/drawings/chart/sketch.ts";
import { digestOf, keeping } from "../../../visualizer/src/drawings/keeping.ts";
import { pathOf } from "../../../visualizer/src/drawings/path.ts";
import { anyChart, charts, drawn, overlaps } from "../../support/drawings/charts.ts";

const details: readonly Detail[] = ["overview", "all"];
const look = (detail: Detail) => ({ detail, folded: new Set<string>() });

describe("the layout", () => {
  for (const [name, chart] of Object.entries(charts))
    it.each(details)(`of ${name}, %s, lays nothing over a state or a label`, async (detail) => {
      for (const aspect of [0.6, 1.6]) {
        const sketch = sketchOf(chart, look(detail));
        const drawing = await drawn(sketch, aspect);
        expect(overlaps(drawing)).toEqual([]);
        expect(drawing.boxes).toHaveLength(sketch.boxes.length);
        expect(drawing.ways.filter(({ lines }) => lines.length === 0)).toEqual([]);
      }
    });

  it("holds each state within the one it is in", async () => {
    const { boxes } = await drawn(sketchOf(charts.nested, look("overview")));
    for (const { box, x, y, width, height } of boxes) {
      const around = boxes.find((one) => one.box.id === box.parent);
      if (around === undefined) continue;
      expect([x > around.x, y > around.y]).toEqual([true, true]);
      expect(x + width < around.x + around.width && y + height < around.y + around.height, box.id).toBe(true);
    }
  });

  it("succeeds for any chart, and lays nothing over anything", async () => {
    await fc.assert(
      fc.asyncProperty(anyChart, fc.constantFrom(...details), async (chart, detail) => {
        const sketch = sketchOf(chart, look(detail));
        const drawing = await drawn(sketch);
        expect(drawing.boxes).toHaveLength(sketch.boxes.length);
        expect(overlaps(drawing)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("is the same each time", async () => {
    const sketch = sketchOf(charts["tool-gate"], look("overview"));
    expect(await drawn(sketch)).toEqual(await drawn(sketch));
  });

  it("takes a chart apart where no way connects it, and leaves nothing out", () => {
    fc.assert(
      fc.property(anyChart, (chart) => {
        const sketch = sketchOf(chart, look("overview"));
        const parts = partsOf(sketch);
        expect(parts.flatMap(({ boxes }) => boxes)).toHaveLength(sketch.boxes.length);
        expect(parts.flatMap(({ ways }) => ways)).toHaveLength(sketch.ways.length);
        for (const { boxes, ways } of parts) {
          const ids = new Set(boxes.map(({ id }) => id));
          for (const { from, to } of ways) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
        }
      }),
    );
  });
});

describe("a path", () => {
  it("rounds its corners, and none more than half of its pieces", () => {
    expect(
      pathOf([
        { x: 0, y: 0 },
        { x: 0, y: 40 },
        { x: 6, y: 40 },
      ]),
    ).toBe("M0 0L0 33Q0 40 3 40L6 40");
    expect(pathOf([])).toBe("");
  });
});

describe("what is laid out", () => {
  it("is asked for once, forgotten when others have been asked for since, and asked for again after it failed", async () => {
    const asked: string[] = [];
    const keep = keeping<string>(2);
    const ask = (key: string) =>
      keep(key, async () => {
        asked.push(key);
        return key;
      });
    await Promise.all([ask("a"), ask("a"), ask("b"), ask("a"), ask("c"), ask("a"), ask("b")]);
    expect(asked).toEqual(["a", "b", "c", "b"]);
    await expect(keep("d", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(keep("d", async () => "yes")).resolves.toBe("yes");
  });

  it("has another digest when one letter is another", () => {
    const text = JSON.stringify(charts.orchestrator);
    expect(digestOf(text)).toBe(digestOf(`${text}`));
    expect(digestOf(text.replace("planning", "plannin9"))).not.toBe(digestOf(text));
  });
});
