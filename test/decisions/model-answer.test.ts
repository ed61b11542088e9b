import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelAnswer, ModelStop } from "../../src/contracts/models.ts";
import { MOST_CALLS, readAnswer } from "../../src/decisions/model-answer.ts";

const call = (id: string, text = "{}") => ({ id, tool: "look", arguments: text });
const said = (more: Partial<ModelAnswer>): ModelAnswer => ({ text: "", calls: [], stop: "tools", ...more });
const NONE: ReadonlySet<string> = new Set();

const STOPS: Readonly<Record<ModelStop, string>> = {
  answered: "answer",
  tools: "answer",
  length: "unusable",
  context: "unusable",
  refused: "refused",
  paused: "paused",
  empty: "unusable",
  truncated: "unusable",
  unknown: "refused",
};

describe("an answer of a model", () => {
  it.each(Object.entries(STOPS))("F-MOD-07 A1 that stopped for %s is of kind %s", (stop, kind) => {
    expect(readAnswer(said({ text: "So.", stop: stop as ModelStop }), NONE).kind).toBe(kind);
  });

  it.each(Object.keys(STOPS).filter((stop) => !["answered", "tools"].includes(stop)))(
    "F-MOD-03 A2 gives no call when it stopped for %s",
    (stop) => {
      expect(readAnswer(said({ stop: stop as ModelStop, calls: [call("a")] }), NONE)).not.toHaveProperty("calls");
    },
  );

  it("F-MOD-06 A4 is none when it is white space, whatever it stopped for", () => {
    for (const stop of ["answered", "tools", "empty"] as const)
      expect(readAnswer(said({ text: " \n\t\u2003", stop }), NONE)).toMatchObject({ kind: "unusable", text: "" });
  });

  it("F-MOD-09 A3 gives each call an id of its own, and a fault to each whose id another of the same answer has", () => {
    const ids = fc.array(fc.constantFrom("a", "b", "", "call-0", "call-1", "call-2", "call-3"), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(ids, fc.uniqueArray(fc.constantFrom("a", "call-1", "call-2")), (asked, used) => {
        const read = readAnswer(said({ calls: asked.map((id) => call(id)) }), new Set(used));
        if (read.kind !== "calls") throw new Error(read.kind);
        const given = read.calls.map(({ id }) => id);
        expect(new Set([...given, ...used]).size).toBe(given.length + used.length);
        asked.forEach((id, place) => {
          const isSound = id !== "" && !asked.slice(0, place).includes(id);
          expect(read.calls[place]?.fault === undefined, `${asked} after ${used}`).toBe(isSound);
        });
      }),
    );
  });

  it("takes no arguments for an empty object, as many models mean it", () => {
    expect(readAnswer(said({ calls: [call("a", " ")] }), NONE)).toMatchObject({ calls: [{ args: {} }] });
  });

  it("F-MOD-10 A5 makes no call of a turn that has more than anybody could mean", () => {
    const calls = Array.from({ length: MOST_CALLS + 1 }, (_, n) => call(`c${n}`));
    expect(readAnswer(said({ calls }), NONE)).toMatchObject({ kind: "unusable" });
    expect(readAnswer(said({ calls: calls.slice(1) }), NONE)).toMatchObject({ kind: "calls" });
  });
});
