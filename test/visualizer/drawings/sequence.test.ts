import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sequence, SequenceMessage } from "../../../src/contracts/inspection.ts";
import {
  arrowsOf,
  GUTTER,
  laneOf,
  passedAt,
  ROW,
  seenOf,
  wantedRange,
} from "../../../visualizer/src/drawings/sequence/lanes.ts";
import { beyond, labelOf, messageWords, shownOf } from "../../../visualizer/src/drawings/sequence/words.ts";

const message = (seq: number, from = "a", to = "b"): SequenceMessage => ({
  seq,
  at: seq,
  from,
  to,
  kind: "message",
  label: `m${seq}`,
});
const lane = (id: string) => ({ id, label: id, kind: "actor" as const });
const sequence = (messages: readonly SequenceMessage[]): Sequence => ({
  run: "r",
  lanes: [lane("a"), lane("b"), lane("c")],
  messages,
});

describe("a sequence", () => {
  it("draws what is in sight, and a little around it", () => {
    const seen = seenOf(
      { top: ROW * 1_000, left: 0, width: 1_280, height: ROW * 20 },
      { messages: 100_000, lanes: 2_000 },
    );
    expect(seen.rows[0]).toBeLessThanOrEqual(1_000);
    expect(seen.rows[1]).toBeGreaterThanOrEqual(1_020);
    expect(seen.rows[1] - seen.rows[0]).toBeLessThan(40);
    expect(seen.lanes[1] - seen.lanes[0]).toBeLessThan(25);
    expect(seenOf({ top: 0, left: 0, width: 10, height: 10 }, { messages: 0, lanes: 0 })).toEqual({
      rows: [0, 0],
      lanes: [0, 0],
    });
  });

  it("puts the line of the moment under the last message that it has seen", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 })), fc.integer({ min: 0, max: 10 }), (seqs, seq) => {
        const messages = seqs.toSorted((a, b) => a - b).map((one) => message(one));
        expect(passedAt(messages, seq)).toBe(messages.filter((one) => one.seq <= seq).length);
      }),
    );
  });

  it("leads from lane to lane, and leaves out what has none", () => {
    const arrows = arrowsOf(
      sequence([message(1), message(2, "c", "a"), message(3, "b", "b"), message(4, "a", "?")]),
      [0, 4],
      100,
    );
    expect(arrows.map(({ row, from, to, isSelf }) => ({ row, from, to, isSelf }))).toEqual([
      { row: 0, from: GUTTER + 50, to: GUTTER + 150, isSelf: false },
      { row: 1, from: GUTTER + 250, to: GUTTER + 50, isSelf: false },
      { row: 2, from: GUTTER + 150, to: GUTTER + 150, isSelf: true },
    ]);
  });

  it("shares the width among its lanes as long as words have room", () => {
    expect([laneOf(1_280, 4), laneOf(1_280, 8), laneOf(1_280, 200), laneOf(0, 0)]).toEqual([240, 147, 136, 136]);
  });

  it("has each label in the part of its arrow that is in sight", () => {
    const [arrow] = arrowsOf(sequence([message(1, "a", "c")]), [0, 1], 1_000);
    if (arrow === undefined) throw new Error("no arrow");
    expect(shownOf(arrow, { left: 0, width: 800 })).toEqual({ middle: (604 + 800) / 2, room: 196 });
    expect(shownOf(arrow, { left: 0, width: 10_000 }).room).toBe(2_000);
    expect([beyond(arrow, { left: 0, width: 800 }), beyond(arrow, { left: 2_600, width: 800 })]).toEqual([
      undefined,
      "left",
    ]);
    expect(beyond(arrow, { left: 0, width: 500 })).toBe("right");
    expect(labelOf({ ...arrow, message: { ...arrow.message, label: "x".repeat(10_000), refused: true } }, 200)).toMatch(
      /^✕ x{22}…$/,
    );
  });

  it("says of a message when, from whom, to whom and what, bounded", () => {
    const words = messageWords(sequence([]), { ...message(7), refused: true, label: "<b>".repeat(5_000) });
    expect(words[0]).toMatch(/^#7 \d\d:\d\d:\d\d\.\d{3} message, refused$/);
    expect(words[1]).toBe("a → b");
    expect(words[2]?.length).toBe(400);
  });
});

describe("the entries of a long run", () => {
  const range = { from: 1_000, to: 1_500 };

  it("are asked for around the moment when it is not among them", () => {
    expect(wantedRange(range, { seq: 1_200, head: 9_000, near: undefined })).toBeUndefined();
    expect(wantedRange(range, { seq: 5_000, head: 9_000, near: undefined })).toEqual({ from: 4_750, to: 5_250 });
    expect(wantedRange(range, { seq: 3, head: 9_000, near: undefined })).toEqual({ from: 1, to: 253 });
  });

  it("are asked for beyond the edge that is scrolled to, and never more than the page can hold", () => {
    expect(wantedRange(range, { seq: 1_200, head: 9_000, near: "top" })).toEqual({ from: 500, to: 1_500 });
    expect(wantedRange(range, { seq: 1_200, head: 1_600, near: "bottom" })).toEqual({ from: 1_000, to: 1_600 });
    expect(wantedRange({ from: 500, to: 2_000 }, { seq: 900, head: 9_000, near: "bottom" })).toEqual({
      from: 1_000,
      to: 2_500,
    });
    expect(wantedRange({ from: 1, to: 400 }, { seq: 1, head: 400, near: "top" })).toBeUndefined();
    expect(wantedRange({ from: 1, to: 400 }, { seq: 1, head: 400, near: "bottom" })).toBeUndefined();
  });
});
