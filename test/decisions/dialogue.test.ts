import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelMessage } from "../../src/contracts/models.ts";
import {
  cut,
  type Dialogue,
  dropFor,
  fitted,
  messagesOf,
  newIn,
  type Turn,
  toSummarise,
} from "../../src/decisions/dialogue.ts";
import { messageTokens, tokensOf } from "../../src/decisions/tokens.ts";

const opening: readonly ModelMessage[] = [
  { role: "system", text: "You are a test." },
  { role: "user", text: "Do it." },
];

/** A turn of so many calls, each answered with so many characters. */
const turnOf = (n: number, calls: number, length: number): Turn => {
  const ids = Array.from({ length: calls }, (_, place) => `${n}.${place}`);
  return {
    messages: [
      { role: "assistant", text: `turn ${n}`, calls: ids.map((id) => ({ id, tool: "look", arguments: "{}" })) },
      ...ids.map((call) => ({ role: "tool" as const, call, tool: "look", output: "x".repeat(length) })),
    ],
  };
};

const sizes = fc.array(fc.tuple(fc.nat(3), fc.constantFrom(1, 40, 400)), { minLength: 1, maxLength: 12 });
const turnsOf = (all: readonly (readonly [number, number])[]): readonly Turn[] =>
  all.map(([calls, length], n) => turnOf(n, calls, length));

const sizeOf = (dialogue: Dialogue): number => messagesOf(dialogue).reduce((sum, one) => sum + messageTokens(one), 0);

describe("a dialogue", () => {
  it("D1 D2 keeps prompt and task, and no call without its answer nor an answer without its call", () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(50, 300, 2_000), (all, window) => {
        const dialogue: Dialogue = { opening, turns: turnsOf(all), dropped: 0 };
        const messages = messagesOf({ ...dialogue, dropped: dropFor(dialogue, window) });
        expect(messages.slice(0, 2)).toEqual(opening);
        const called = messages.flatMap((one) =>
          one.role === "assistant" ? (one.calls ?? []).map(({ id }) => id) : [],
        );
        const answered = messages.flatMap((one) => (one.role === "tool" ? [one.call] : []));
        expect(answered).toEqual(called);
      }),
    );
  });

  it("D2 D3 leaves out the oldest first and the last turn never, and fits where anything could make it fit", () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(50, 300, 2_000), (all, window) => {
        const turns = turnsOf(all);
        const dropped = dropFor({ opening, turns, dropped: 0 }, window);
        expect(dropped).toBeLessThan(turns.length);
        const isWhole = sizeOf({ opening, turns, dropped: 0 }) <= window;
        expect(dropped === 0).toBe(isWhole || turns.length === 1);
        const left = sizeOf({ opening, turns, dropped });
        if (dropped < turns.length - 1) expect(left).toBeLessThanOrEqual(window);
      }),
    );
  });

  it("D3 never takes back what it has left out, and stays as it is for a while", () => {
    const turns = Array.from({ length: 60 }, (_, n) => turnOf(n, 1, 100));
    let dropped = 0;
    const steps = new Set<number>();
    for (let n = 1; n <= turns.length; n++) {
      const next = dropFor({ opening, turns: turns.slice(0, n), dropped }, 1_000);
      expect(next).toBeGreaterThanOrEqual(dropped);
      dropped = next;
      steps.add(dropped);
    }
    expect(dropped).toBeGreaterThan(40);
    expect(steps.size).toBeLessThan(10);
  });

  it("D3 says how many turns are left out, and what was called in them or what a summary says", () => {
    const dialogue: Dialogue = { opening, turns: [turnOf(0, 2, 5), turnOf(1, 1, 5)], dropped: 1 };
    const note = (one: Dialogue): string => (messagesOf(one)[2] as { readonly text: string }).text;
    expect(note(dialogue)).toContain(
      '1 earlier turns are left out here.\n<data name="calls of these turns">\n["look: done","look: done"]',
    );
    expect(note({ ...dialogue, summary: "</data> two looks" })).toContain('"\\u003c/data> two looks"');
  });

  it("says of what was added what was not said before", () => {
    const turns = [turnOf(0, 1, 5), turnOf(1, 1, 5), turnOf(2, 0, 5)];
    const first: Dialogue = { opening, turns: turns.slice(0, 1), dropped: 0 };
    expect(newIn(undefined, first)).toEqual(messagesOf(first));
    expect(newIn(first, { opening, turns, dropped: 0 })).toEqual(turns.slice(1).flatMap(({ messages }) => messages));
    const [note, ...added] = newIn(first, { opening, turns, dropped: 1 });
    expect(note).toEqual(messagesOf({ opening, turns, dropped: 1 })[2]);
    expect(added).toEqual(turns.slice(1).flatMap(({ messages }) => messages));
  });

  it("gives a summary what is new to it, and the summary before", () => {
    const turns = [turnOf(0, 1, 5), turnOf(1, 1, 5), turnOf(2, 1, 5)];
    const text = toSummarise({ opening, turns, dropped: 1, summary: "once" }, 2);
    expect(text).toContain('"once"');
    expect(text).toContain("turn 1");
    expect(text).not.toMatch(/turn [02]/);
  });

  it("D4 cuts an answer in its middle, to a quarter of the window, and leaves a smaller one as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "é", "漢", "\u{1f600}", '"'), maxLength: 3_000 }), (text) => {
        const kept = fitted({ text }, 800) as string | { readonly text: string };
        if (typeof kept !== "string") {
          expect(kept).toEqual({ text });
          return;
        }
        expect(tokensOf(kept)).toBeLessThanOrEqual(200);
        expect(kept).toMatch(/\n\[\d+ characters left out\]\n/);
        expect(kept.isWellFormed()).toBe(true);
      }),
    );
    expect(cut("short", 10)).toBe("short");
  });
});
