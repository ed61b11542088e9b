/** Models over the wire: what is asked and what is answered, by a real client and a real endpoint. */
import { MockLanguageModelV4 } from "ai/test";
import { expect, it } from "vitest";
import { aiSdkModel, openAiCompatible } from "../../src/adapters/models/ai-sdk.ts";
import type { ModelProgress } from "../../src/contracts/models.ts";
import { answer, type WireAnswer } from "../support/model-endpoint.ts";
import { ask, failed, REQUEST } from "../support/model-questions.ts";

it("an answer is streamed, whole, with its usage and the model that gave it", async () => {
  const progress: ModelProgress[] = [];
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 40,
    prompt_tokens_details: { cached_tokens: 60 },
    completion_tokens_details: { reasoning_tokens: 25 },
  };
  const text = "the answer is 42, naïve 🙂";
  const { endpoint, ...got } = await ask(answer({ text, usage, model: "small-2026", reasoning: "let me think" }), {
    onProgress: (one) => progress.push(one),
  });
  expect(got).toEqual({
    text,
    calls: [],
    stop: "answered",
    model: "small-2026",
    usage: { inputTokens: 40, outputTokens: 15, reasoningTokens: 25, cacheReadTokens: 60 },
  });
  const joined = (kind: string): string =>
    progress.map((one) => (one.kind === kind && "delta" in one ? one.delta : "")).join("");
  expect([joined("text"), joined("reasoning")]).toEqual([text, "let me think"]);
  expect(progress.length).toBeGreaterThan(4);
  const [request] = endpoint.received;
  expect(request?.body).toMatchObject({ model: "small", max_tokens: 100, stream: true });
  expect(request?.headers).toMatchObject({ authorization: "Bearer sk-canary", "idempotency-key": "k1" });
});

it("a conversation, tools and the shape of the answer are sent as the protocol has them", async () => {
  const { endpoint } = await ask(answer({ text: "{}" }), {
    request: {
      messages: [
        { role: "system", text: "be brief" },
        { role: "user", text: "weather?" },
        {
          role: "assistant",
          text: "",
          calls: [
            { id: "c1", tool: "look", arguments: '{"at": "Rome"}' },
            { id: "c2", tool: "look", arguments: "{oops" },
          ],
        },
        { role: "tool", call: "c1", tool: "look", output: { sky: "blue" } },
        { role: "tool", call: "c2", tool: "look", output: "no JSON", failed: true },
      ],
      tools: [{ name: "look", description: "looks", input: { type: "object" } }],
      output: { name: "weather", schema: { type: "object", properties: {} } },
      temperature: 0,
    },
  });
  const { body } = endpoint.received[0] as (typeof endpoint.received)[number];
  expect(body.messages).toEqual([
    { role: "system", content: "be brief" },
    { role: "user", content: "weather?" },
    {
      role: "assistant",
      content: null,
      tool_calls: [
        { id: "c1", type: "function", function: { name: "look", arguments: '{"at":"Rome"}' } },
        { id: "c2", type: "function", function: { name: "look", arguments: '{"unreadable":"{oops"}' } },
      ],
    },
    { role: "tool", tool_call_id: "c1", content: '{"sky":"blue"}' },
    { role: "tool", tool_call_id: "c2", content: "no JSON" },
  ]);
  expect(body.tools?.[0]?.function).toMatchObject({ name: "look", description: "looks" });
  expect(body.response_format).toMatchObject({ type: "json_schema", json_schema: { name: "weather" } });
});

it("a model of any provider of the SDK is asked, of older specifications too", async () => {
  const parts = (usage: object, finishReason: unknown) =>
    new ReadableStream({
      start(controller) {
        for (const part of [
          { type: "stream-start", warnings: [] },
          { type: "text-start", id: "1" },
          { type: "text-delta", id: "1", delta: "four" },
          { type: "text-end", id: "1" },
          { type: "finish", usage, finishReason },
        ])
          controller.enqueue(part);
        controller.close();
      },
    });
  const [input, output] = [{ total: 9, noCache: 9 }, { total: 3 }];
  const v4 = new MockLanguageModelV4({
    provider: "acme.chat",
    modelId: "m4",
    doStream: async () => ({
      stream: parts({ inputTokens: input, outputTokens: output }, { unified: "stop", raw: "end_turn" }) as never,
    }),
  });
  const v2 = {
    specificationVersion: "v2",
    supportedUrls: {},
    provider: "acme.chat",
    modelId: "m2",
    doStream: async () => ({ stream: parts({ inputTokens: 9, outputTokens: 3, totalTokens: 12 }, "stop") as never }),
  } as never;
  for (const [model, id] of [
    [v4, "acme/m4"],
    [v2, "acme/m2"],
  ] as const) {
    const port = aiSdkModel(model, { contextTokens: 1_000 });
    expect([port.id, port.contextTokens]).toEqual([id, 1_000]);
    const got = await port.generate(REQUEST, { idempotencyKey: "k9", signal: new AbortController().signal });
    expect(got).toEqual({ text: "four", calls: [], stop: "answered", usage: { inputTokens: 9, outputTokens: 3 } });
  }
  expect(v4.doStreamCalls[0]).toMatchObject({ maxOutputTokens: 100, headers: { "Idempotency-Key": "k9" } });
});

it.each(["", "localhost", "ftp://x", "file:///etc"])("a base URL that is none is refused at once: %j", (baseUrl) => {
  expect(() => openAiCompatible({ baseUrl, model: "m" })).toThrow(/baseUrl/);
});

it.each([
  ["cut short", '{"a": 1'],
  ["with a key twice", '{"a": 1, "a": 2}'],
  ["with text behind", '{"a": 1} and more'],
  ["no JSON at all", "a=1"],
  ["with a number that is none", '{"a": NaN}'],
  ["empty", ""],
])("F-MOD-05 arguments %s come as they were written, unmended", async (_, args) => {
  const { calls, stop } = await ask(answer({ calls: [{ name: "f", arguments: args }] }));
  expect([stop, calls]).toEqual(["tools", [{ id: "call_0", tool: "f", arguments: args }]]);
});

it.each<readonly [string, WireAnswer, string]>([
  ["nothing", {}, "empty"],
  ["only spaces", { text: " \n\t " }, "empty"],
  ["no reason to stop", { text: "done", finish: null }, "truncated"],
  ["a reason and no calls", { text: "I call", finish: "tool_calls" }, "unknown"],
])("F-MOD-06 an answer of %s is no answer", async (_, said, stop) => {
  expect(await ask(answer(said))).toMatchObject({ stop, calls: [] });
});

it.each([
  ["stop", "answered"],
  ["end_turn", "answered"],
  ["length", "length"],
  ["max_tokens", "length"],
  ["content_filter", "refused"],
  ["refusal", "refused"],
  ["pause_turn", "paused"],
  ["model_context_window_exceeded", "context"],
  ["something_new", "unknown"],
  ["", "unknown"],
  ["constructor", "unknown"],
])("F-MOD-07 to stop for %j is %s", async (finish, stop) => {
  expect(await ask(answer({ text: "some text", finish }))).toMatchObject({ stop });
  // Calls are acted on only where the model has stopped for them.
  const { calls } = await ask(answer({ calls: [{ name: "f", arguments: "{}" }], finish }));
  expect(calls).toHaveLength(stop === "answered" ? 1 : 0);
});

it("F-MOD-07 a refusal is one, whatever reason is given with it", async () => {
  expect(await ask(answer({ refusal: "I will not", finish: "stop" }))).toMatchObject({
    stop: "refused",
    text: "I will not",
  });
});

it("F-MOD-08 a call of a tool that was never offered comes as it is: who dispatches refuses it", async () => {
  const { calls } = await ask(answer({ calls: [{ name: "rm_rf", arguments: '{"path":"/"}' }] }));
  expect(calls).toEqual([{ id: "call_0", tool: "rm_rf", arguments: '{"path":"/"}' }]);
});

it("F-MOD-09 two calls of one id refuse the answer: whose result is whose would not be known", async () => {
  const twice = ["ann", "bob"].map((to) => ({ id: "call_x", name: "pay", arguments: JSON.stringify({ to }) }));
  expect(await failed(ask(answer({ calls: twice })))).toMatchObject({
    code: "model.malformed",
    usage: { inputTokens: 10 },
  });
});

it("F-MOD-10 fifty calls at once come as fifty", async () => {
  const fifty = Array.from({ length: 50 }, (_, n) => ({ name: "f", arguments: JSON.stringify({ n }) }));
  const { calls } = await ask(answer({ calls: fifty }));
  expect(calls.map((call) => call.arguments)).toEqual(fifty.map((call) => call.arguments));
  expect(new Set(calls.map(({ id }) => id)).size).toBe(50);
});

it.each<readonly [string, object | null, object | undefined]>([
  ["missing", null, undefined],
  ["zero", { prompt_tokens: 0, completion_tokens: 0 }, { inputTokens: 0, outputTokens: 0 }],
  ["negative", { prompt_tokens: -3, completion_tokens: 5 }, { inputTokens: -3, outputTokens: 5 }],
  ["absurd", { prompt_tokens: 9e15, completion_tokens: 5 }, { inputTokens: 9e15, outputTokens: 5 }],
])("F-MOD-11 usage that is %s comes as it is: it is judged where it is spent", async (_, usage, expected) => {
  expect((await ask(answer({ text: "hi", usage }))).usage).toEqual(expected);
});

it("F-MOD-14 bytes that are no UTF-8 come as the sign for what cannot be read", async () => {
  const bytes = Buffer.from(answer({ text: "QQ" }).events?.find((event) => String(event).includes("QQ")) as string);
  bytes[bytes.indexOf("QQ")] = 0xff;
  const reply = answer({ text: "x" });
  const { text } = await ask({ events: [bytes, ...(reply.events ?? []).slice(2)] });
  expect(text).toBe("\ufffdQ");
  expect(text.isWellFormed()).toBe(true);
});

it("F-MOD-15 the model that answered is named, whatever was asked", async () => {
  expect(await ask(answer({ text: "hi", model: "tiny" }))).toMatchObject({ model: "tiny" });
});
