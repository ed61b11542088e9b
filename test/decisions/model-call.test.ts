import { describe, expect, it } from "vitest";
import type { ModelAnswer, ModelCall } from "../../src/contracts/models.ts";
import { answerKey, callFault, callKey } from "../../src/decisions/model-call.ts";
import { isPlausible } from "../../src/decisions/model-usage.ts";

const PROMPTED = { append: [{ role: "user", text: "hi" }], prompt: "d1", inputTokens: 5, maxOutputTokens: 5 };
const WHOLE = { ask: { messages: [{ role: "system", text: "be brief" }], maxOutputTokens: 5 } };

it.each([
  PROMPTED,
  { ...PROMPTED, append: [] },
  WHOLE,
  { ask: { ...WHOLE.ask, tools: [{ name: "f", input: {} }], temperature: 0, output: { name: "o", schema: {} } } },
  {
    ...PROMPTED,
    append: [
      { role: "assistant", text: "", calls: [{ id: "1", tool: "f", arguments: "{" }] },
      { role: "tool", call: "1", tool: "f", output: null },
    ],
  },
])("C1 a call is sound: %j", (args) => {
  expect(callFault(args)).toBeUndefined();
});

it.each<readonly [unknown, readonly (string | number)[]]>([
  [null, []],
  ["hi", []],
  [{}, ["prompt"]],
  [{ ...PROMPTED, prompt: "" }, ["prompt"]],
  [{ ...PROMPTED, inputTokens: 0 }, ["inputTokens"]],
  [{ ...PROMPTED, inputTokens: 1.5 }, ["inputTokens"]],
  [{ ...PROMPTED, maxOutputTokens: "5" }, ["maxOutputTokens"]],
  [{ ...PROMPTED, append: "hi" }, ["append"]],
  [
    {
      ...PROMPTED,
      append: [
        { role: "user", text: "a" },
        { role: "robot", text: "b" },
      ],
    },
    ["append", 1],
  ],
  [{ ...PROMPTED, append: [{ role: "user" }] }, ["append", 0]],
  [{ ...PROMPTED, append: [{ role: "assistant", text: "", calls: [{ id: "1" }] }] }, ["append", 0]],
  [{ ...PROMPTED, append: [{ role: "tool", call: "1", tool: "f" }] }, ["append", 0]],
  [{ ...PROMPTED, model: "other" }, ["model"]],
  [{ ...PROMPTED, ...WHOLE }, ["append"]],
  [{ ask: { messages: [] } }, ["ask", "maxOutputTokens"]],
  [{ ask: { ...WHOLE.ask, temperature: "hot" } }, ["ask", "temperature"]],
  [{ ask: { ...WHOLE.ask, tools: [{ name: "f" }] } }, ["ask", "tools"]],
  [{ ask: { ...WHOLE.ask, stream: true } }, ["ask", "stream"]],
])("C1 what is no call is refused with the place: %j", (args, path) => {
  expect(callFault(args)?.path).toEqual(path);
});

describe("C2 two calls are the same", () => {
  const told = (append: object[], prompt: string) => callKey({ ...PROMPTED, append, prompt } as unknown as ModelCall);
  const result = (call: string, output: string) => [{ role: "tool", call, tool: "f", output }];

  it("when the same is newly said, whatever was said before and whatever calls are called", () => {
    expect(told(result("1", "x"), "d1")).toEqual(told(result("2", "x"), "d2"));
    expect(told(result("1", "x"), "d1")).not.toEqual(told(result("1", "y"), "d1"));
  });

  it("when they get the same answer, whatever it has cost and whatever its calls are called", () => {
    const answer = (id: string, inputTokens: number): ModelAnswer => ({
      text: "t",
      stop: "tools",
      calls: [{ id, tool: "f", arguments: "{}" }],
      usage: { inputTokens, outputTokens: 1 },
    });
    expect(answerKey(answer("1", 5))).toEqual(answerKey(answer("2", 9)));
    expect(answerKey(answer("1", 5))).not.toEqual(answerKey({ ...answer("1", 5), text: "u" }));
  });
});

it.each<readonly [Partial<ModelAnswer>, boolean]>([
  [{ usage: { inputTokens: 5, outputTokens: 1 } }, true],
  [{ usage: { inputTokens: 0, cacheReadTokens: 5, outputTokens: 1 } }, true],
  [{ usage: { inputTokens: 5, outputTokens: 0, reasoningTokens: 2 } }, true],
  [{ text: "", usage: { inputTokens: 5, outputTokens: 0 } }, true],
  [{ usage: { inputTokens: 5, outputTokens: 0 } }, false],
  [{ usage: { inputTokens: 0, outputTokens: 1 } }, false],
  [{ usage: { inputTokens: -1, outputTokens: 1 } }, false],
  [{ usage: { inputTokens: 5, outputTokens: Number.NaN } }, false],
  [{ usage: { inputTokens: 5.5, outputTokens: 1 } }, false],
  [{}, false],
])("U4, F-MOD-11 usage is to be gone by or not: %j %s", (more, expected) => {
  expect(isPlausible({ text: "t", calls: [], stop: "answered", ...more })).toBe(expected);
});
