import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyMove } from "../../../visualizer/src/drawings/canvas/moves.ts";
import {
  fitted,
  legibility,
  panned,
  revealing,
  SCALE,
  zoomed,
} from "../../../visualizer/src/drawings/canvas/viewport.ts";

const size = fc.record({ width: fc.integer({ min: 20, max: 6_000 }), height: fc.integer({ min: 20, max: 6_000 }) });
const window = fc.record({ width: fc.integer({ min: 200, max: 2_000 }), height: fc.integer({ min: 200, max: 2_000 }) });

describe("a viewport", () => {
  it("shows a whole drawing in the middle, unless that were too small to be one", () => {
    fc.assert(
      fc.property(size, window, (drawing, room) => {
        const { x, y, scale } = fitted(drawing, room);
        expect(x * 2 + drawing.width * scale).toBeCloseTo(room.width, 6);
        expect(y * 2 + drawing.height * scale).toBeCloseTo(room.height, 6);
        if (scale > SCALE.least) expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(scale).toBeLessThanOrEqual(SCALE.fitted);
      }),
    );
  });

  it("zooms so that what is under the pointer stays there, within bounds", () => {
    const number = fc.double({ min: -500, max: 500, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.double({ min: 0.01, max: 100, noNaN: true }), (x, y, by) => {
        const view = { x: 30, y: -20, scale: 0.8 };
        const next = zoomed(view, { x, y }, by);
        expect((x - next.x) / next.scale).toBeCloseTo((x - view.x) / view.scale, 6);
        expect((y - next.y) / next.scale).toBeCloseTo((y - view.y) / view.scale, 6);
        expect(next.scale).toBeGreaterThanOrEqual(SCALE.least);
        expect(next.scale).toBeLessThanOrEqual(SCALE.most);
      }),
    );
  });

  it("moves only as far as needed to bring something into sight", () => {
    const room = { width: 400, height: 300 };
    const view = { x: 0, y: 0, scale: 1 };
    expect(revealing(view, { x: 50, y: 50, width: 80, height: 40 }, room)).toEqual(view);
    expect(revealing(view, { x: 380, y: -40, width: 80, height: 40 }, room)).toEqual({ x: -72, y: 52, scale: 1 });
  });

  it("hides small print where it cannot be read", () => {
    expect([legibility({ x: 0, y: 0, scale: 0.3 }), legibility({ x: 0, y: 0, scale: 1 })]).toEqual(["far", "near"]);
  });
});

describe("keys", () => {
  const view = { x: 0, y: 0, scale: 1 };
  const press = (key: string, shiftKey = false) => keyMove({ key, shiftKey }, { x: 0, y: 0 })?.(view);

  it("zoom and, with Shift, move", () => {
    expect(press("+")?.scale).toBe(1.25);
    expect(press("-")?.scale).toBe(0.8);
    expect(press("ArrowLeft", true)).toEqual(panned(view, 60, 0));
    expect(press("ArrowDown", true)).toEqual(panned(view, 0, -60));
  });

  it("that mean something else are left alone", () => {
    expect([press("ArrowLeft"), press("a"), press("Enter", true)]).toEqual([undefined, undefined, undefined]);
  });
});
