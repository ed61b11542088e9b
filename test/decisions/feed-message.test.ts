import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFrame } from "../../src/decisions/feed-message.ts";
import { isPlain } from "../../src/decisions/visible.ts";

const MOST = 100_000;
const read = (frame: unknown) => readFrame(JSON.stringify(frame), MOST);
const message = (frame: unknown) => {
  const answer = read(frame);
  if (answer.kind !== "message") throw new Error(JSON.stringify(answer));
  return answer.message;
};

describe("a frame", () => {
  it("W1 W2 of anybody gives bounded, visible text, or a reason", () => {
    const key = fc.constantFrom(
      "type",
      "sessionId",
      "rootId",
      "snapshot",
      "event",
      "value",
      "definition",
      "status",
      "name",
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom<unknown>("@xstate.actor", "@xstate.event", "@xstate.snapshot", "\u202e", null, 0, []),
        fc.dictionary(key, tie("value"), { maxKeys: 6 }),
      ),
    }));
    const frame = fc.record(
      {
        type: fc.constantFrom("@xstate.actor", "@xstate.event", "@xstate.snapshot", "@xstate.action", "x"),
        sessionId: fc.oneof(fc.constantFrom("x:0", "", "\ud800"), value),
        name: value,
        parentId: value,
        definition: value,
        snapshot: fc.oneof(fc.record({ status: value, value, context: value }), value),
        event: fc.oneof(fc.record({ type: fc.string({ unit: "binary" }) }), value),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(frame, value), (one) => {
        const answer = read(one);
        if (answer.kind !== "message") return;
        const told = answer.message;
        if (told.kind === "actor") expect(isPlain(told.name)).toBe(true);
        else expect(isPlain(told.event.type)).toBe(true);
        if (told.kind !== "event") for (const path of told.snapshot.active) expect(isPlain(path)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    for (const text of ["", "{", "[]", "null", "7", '"@xstate.actor"', "\u0000"])
      expect(readFrame(text, MOST).kind).toBe("refused");
  });

  it("A-XSS-07 of more than may come in is refused unread, and a context of more than is kept is left out", () => {
    expect(readFrame(" ".repeat(MOST + 1), MOST)).toEqual({
      kind: "refused",
      reason: "a frame of more than 100000 characters",
    });
    const told = message({
      type: "@xstate.snapshot",
      sessionId: "x:0",
      event: { type: "go" },
      snapshot: { context: "x".repeat(50_000) },
    });
    expect(told.kind === "snapshot" && told.snapshot.context).toBe('{"left out":"50002 characters"}');
  });

  it("W2 with a key that reaches for prototypes is refused", () => {
    const text = '{"type":"@xstate.event","sessionId":"x:0","event":{"type":"go","__proto__":{"a":1}}}';
    expect(readFrame(text, MOST).kind).toBe("refused");
  });

  it("W3 of a kind that is told in passing is ignored", () => {
    expect(read({ type: "@xstate.microstep", sessionId: "x:0" })).toEqual({ kind: "ignored" });
    expect(read({ type: "service.register" }).kind).toBe("refused");
  });

  it("names the active states from the outside in", () => {
    const value = { open: { door: "ajar", light: { lamp: "on" } } };
    const told = message({ type: "@xstate.snapshot", sessionId: "x:0", event: { type: "go" }, snapshot: { value } });
    expect(told.kind === "snapshot" && told.snapshot.active).toEqual([
      "open",
      "open.door",
      "open.door.ajar",
      "open.light",
      "open.light.lamp",
      "open.light.lamp.on",
    ]);
  });
});
