import fc from "fast-check";
import { expect, it } from "vitest";
import type { ModelMessage, ModelRequest } from "../../src/contracts/models.ts";
import { bytesOf, promptBound } from "../../src/decisions/prompt-bound.ts";

const texts = fc.string({ unit: "grapheme", maxLength: 40 });
const messages: fc.Arbitrary<ModelMessage> = fc.oneof(
  texts.map((text) => ({ role: "user" as const, text })),
  fc.record({
    role: fc.constant("assistant" as const),
    text: texts,
    calls: fc.array(fc.record({ id: texts, tool: texts, arguments: texts }), { maxLength: 3 }),
  }),
  fc.record({
    role: fc.constant("tool" as const),
    call: texts,
    tool: texts,
    output: fc.oneof(texts, fc.dictionary(texts, texts)),
  }),
);

it("T1 a text has as many bytes as its UTF-8", () => {
  fc.assert(fc.property(texts, (text) => bytesOf(text) === Buffer.byteLength(text)));
});

it("T1 the bound is no less than the bytes of all that is said, and more of anything is never less", () => {
  fc.assert(
    fc.property(fc.array(messages, { maxLength: 6 }), messages, (some, one) => {
      const request: ModelRequest = { messages: some, maxOutputTokens: 1 };
      const strings: string[] = [];
      JSON.stringify(some, (key, value: unknown) => {
        if (typeof value === "string" && key !== "role") strings.push(value);
        return value;
      });
      const bound = promptBound(request);
      expect(bound).toBeGreaterThanOrEqual(strings.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
      expect(promptBound({ ...request, messages: [...some, one] })).toBeGreaterThan(bound);
      const tool = { name: "f", input: { type: "object" } };
      expect(promptBound({ ...request, tools: [tool] })).toBeGreaterThan(bound);
      expect(promptBound({ ...request, output: { name: "o", schema: {} } })).toBeGreaterThan(bound);
    }),
  );
});
