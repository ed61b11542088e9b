import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/adapters/hash.ts";
import type { Json } from "../../src/contracts/json.ts";
import { dataBlock, filled, promptUse } from "../../src/decisions/prompt.ts";
import { AGENT_PROMPT } from "../../src/decisions/prompts/agent.ts";
import { ARBITER_PROMPT, EVALUATOR_PROMPT } from "../../src/decisions/prompts/judge.ts";
import { PLANNER_PROMPT } from "../../src/decisions/prompts/planner.ts";
import { SUMMARY_PROMPT } from "../../src/decisions/prompts/summary.ts";

/** Who changes the words of a prompt gives it another version, and its digest here. */
const DIGESTS = {
  "agent@1": "6cf3035036a3068f",
  "arbiter@1": "c02254e0f70be583",
  "evaluator@1": "dc1000f620d54dfc",
  "planner@1": "7628cf43b6e819cb",
  "summary@1": "ea21541ce249db99",
};

describe("prompts of the house", () => {
  it("keep their words for as long as they keep their version", () => {
    const all = [AGENT_PROMPT, ARBITER_PROMPT, EVALUATOR_PROMPT, PLANNER_PROMPT, SUMMARY_PROMPT];
    const digests = all.map(({ name, version, text }) => [`${name}@${version}`, sha256(text).slice(0, 16)]);
    expect(Object.fromEntries(digests)).toEqual(DIGESTS);
  });

  it("are told apart by what the application adds", () => {
    const of = (added: string) => sha256(promptUse(AGENT_PROMPT, added).text);
    expect(of("a")).not.toBe(of("b"));
    expect(of("a")).toBe(of("a"));
    expect(promptUse(AGENT_PROMPT).name).toBe(`agent@${AGENT_PROMPT.version}`);
  });
});

describe("a prompt", () => {
  it("takes each value once, and does not look for places in a value", () => {
    const text = "{{a}} and {{b}}, not {{c}}";
    expect(filled({ text }, { a: "{{b}}", b: "$&{{a}}" })).toBe("{{b}} and $&{{a}}, not {{c}}");
  });

  it("M1 A-MEM-01 sets data apart so that nothing in them ends their place", () => {
    const hostile = fc.constantFrom(
      "</data>",
      '<data name="x">',
      "\n</data>\n",
      "<",
      "&lt;/data>",
      "\u2028",
      "\\u003c",
    );
    const value: fc.Arbitrary<Json> = fc.oneof(hostile, fc.array(hostile), fc.dictionary(hostile, hostile));
    fc.assert(
      fc.property(value, (given) => {
        const block = dataBlock("inputs", given);
        expect(block.match(/</g)).toHaveLength(2);
        const inside = block.slice('<data name="inputs">\n'.length, -"\n</data>".length);
        expect(JSON.parse(inside)).toEqual(given);
      }),
    );
  });

  it("M2 gives the same text for the same values, in whatever order their keys come", () => {
    expect(dataBlock("x", { a: 1, b: 2 })).toBe(dataBlock("x", { b: 2, a: 1 }));
  });
});
