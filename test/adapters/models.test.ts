/** Models over the wire: a real client against a real endpoint that misbehaves in every way there is. */
import { MockLanguageModelV4 } from "ai/test";
import { afterEach, expect, it } from "vitest";
import { aiSdkModel, type OpenAiCompatibleOptions, openAiCompatible } from "../../src/adapters/models/ai-sdk.ts";
import { retryAfter } from "../../src/adapters/models/ai-sdk-failure.ts";
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { ModelAnswer, ModelOptions, ModelProgress, ModelRequest } from "../../src/contracts/models.ts";
import {
  answer,
  lengthOf,
  type ModelEndpoint,
  modelEndpoint,
  type Reply,
  refuse,
  type WireAnswer,
} from "../support/model-endpoint.ts";

const open: ModelEndpoint[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((endpoint) => endpoint.close()));
});

const REQUEST: ModelRequest = { messages: [{ role: "user", text: "hello" }], maxOutputTokens: 100 };

interface Case extends Partial<ModelOptions> {
  readonly request?: Partial<ModelRequest>;
  readonly adapter?: Partial<OpenAiCompatibleOptions>;
}

/** Asks an endpoint once. */
async function ask(
  reply: Reply,
  { request, adapter, ...options }: Case = {},
): Promise<ModelAnswer & { readonly endpoint: ModelEndpoint }> {
  const endpoint = await modelEndpoint([reply]);
  open.push(endpoint);
  const model = openAiCompatible({ baseUrl: endpoint.baseUrl, model: "small", apiKey: "sk-canary", ...adapter });
  const asked = { idempotencyKey: "k1", signal: new AbortController().signal, ...options };
  return { ...(await model.generate({ ...REQUEST, ...request }, asked)), endpoint };
}

const failed = (asked: Promise<unknown>): Promise<RuntimeError> =>
  asked.then(
    () => {
      throw new Error("it did not fail");
    },
    (error) => {
      if (!(error instanceof RuntimeError)) throw error;
      return error;
    },
  );

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

it.each<readonly [string, Readonly<Record<string, string>>, number | undefined]>([
  ["without Retry-After", {}, undefined],
  ["with seconds", { "retry-after": "7" }, 7_000],
  ["with a fraction of a second", { "retry-after": "0.25" }, 250],
  ["with milliseconds", { "retry-after-ms": "1500", "retry-after": "9" }, 1_500],
  ["with a date", { date: "Wed, 21 Oct 2026 07:28:00 GMT", "retry-after": "Wed, 21 Oct 2026 07:28:30 GMT" }, 30_000],
  [
    "with a date that has passed",
    { date: "Wed, 21 Oct 2026 07:28:00 GMT", "retry-after": "Wed, 21 Oct 2026 07:00:00 GMT" },
    0,
  ],
  ["with nonsense", { "retry-after": "soon" }, undefined],
  ["with a negative number", { "retry-after": "-5" }, undefined],
])("F-MOD-01 a 429 %s is busy, says when to come again, and was not billed", async (_, headers, wait) => {
  const error = await failed(ask(refuse(429, "rate_limit_exceeded", headers)));
  expect(error).toMatchObject({ code: "model.busy", usage: null });
  expect(error.retryAfterMs).toBe(wait);
});

it("F-MOD-01 a date is read by the clock of whoever reads it, where the provider does not tell its own", () => {
  const now = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
  expect(retryAfter({ "retry-after": "Wed, 21 Oct 2026 07:28:05 GMT" }, now)).toBe(5_000);
});

it.each([
  [500, "server_error", "model.unavailable"],
  [502, "bad_gateway", "model.unavailable"],
  [503, "unavailable", "model.unavailable"],
  [529, "overloaded_error", "model.busy"],
  [408, "timeout", "model.unavailable"],
  [409, "conflict", "model.busy"],
  [400, "invalid_request_error", "model.rejected"],
  [400, "context_length_exceeded", "model.rejected"],
  [401, "invalid_api_key", "model.rejected"],
  [403, "permission_denied", "model.rejected"],
  [404, "model_not_found", "model.rejected"],
  [429, "insufficient_quota", "model.rejected"],
] as const)("F-MOD-02 HTTP %i %s is %s", async (status, code, expected) => {
  const error = await failed(ask(refuse(status, code)));
  expect(error.code).toBe(expected);
  expect(error.message).toBe(`127.0.0.1/small: HTTP ${status} (${code})`);
  expect(error.usage).toBe(status < 500 ? null : undefined);
});

it("F-MOD-02 nobody there: nothing was sent, nothing was billed", async () => {
  const endpoint = await modelEndpoint([]);
  await endpoint.close();
  const model = openAiCompatible({ baseUrl: endpoint.baseUrl, model: "small" });
  const asked = model.generate(REQUEST, { idempotencyKey: "k", signal: new AbortController().signal });
  expect(await failed(asked)).toMatchObject({ code: "model.unavailable", usage: null });
});

const CALLS: WireAnswer = {
  text: "I look.",
  calls: [
    { name: "pay", arguments: '{"to":"ann","amount":1}' },
    { name: "pay", arguments: '{"to":"bob","amount":2}' },
  ],
};

it.each(["reset", "end"] as const)(
  "F-MOD-03 no call comes out of a stream that ends too early, at any byte, by a %s",
  async (cutBy) => {
    const whole = answer(CALLS);
    const length = lengthOf(whole);
    const finish = Buffer.from((whole.events ?? []).map((event) => `data: ${String(event)}\n\n`).join("")).indexOf(
      '"tool_calls"}',
    );
    const endpoint = await modelEndpoint((_, number) => ({ ...whole, cutAfter: number * STRIDE, cutBy }), {
      honoursKeys: false,
    });
    open.push(endpoint);
    const model = openAiCompatible({ baseUrl: endpoint.baseUrl, model: "small" });
    const seen = new Set<string>();
    for (let cut = 0; cut < length; cut += STRIDE) {
      const got = await model
        .generate(REQUEST, { idempotencyKey: "k", signal: new AbortController().signal })
        .catch((error: unknown) => error as RuntimeError);
      seen.add("stop" in got ? got.stop : got.code);
      // Once the reason to stop is there, all of it is.
      if ("stop" in got && cut < finish)
        expect(got, `cut after ${cut}`).toMatchObject({ calls: [], stop: "truncated" });
      if ("stop" in got && got.calls.length > 0)
        expect(got.calls.map((call) => call.arguments)).toEqual(CALLS.calls?.map((call) => call.arguments));
    }
    expect([...seen]).toContain("truncated");
  },
);

/** A prime, so that cuts fall on every place of a line sooner or later. */
const STRIDE = 11;

it("F-MOD-03 no call comes out of a stream that ends without a word of how, whatever the provider has made of it", async () => {
  const model = new MockLanguageModelV4({
    doStream: async () => ({
      stream: new ReadableStream({
        start(controller) {
          controller.enqueue({ type: "stream-start", warnings: [] });
          controller.enqueue({ type: "tool-call", toolCallId: "1", toolName: "pay", input: '{"amount":1}' });
          controller.close();
        },
      }),
    }),
  });
  const asked = aiSdkModel(model).generate(REQUEST, { idempotencyKey: "k", signal: new AbortController().signal });
  expect(await asked).toEqual({ text: "", calls: [], stop: "truncated" });
});

it("F-MOD-04 an error in the stream is a failure, and what was used until then is known", async () => {
  const usage = { prompt_tokens: 10, completion_tokens: 3 };
  const said = { text: "half an ans", calls: CALLS.calls ?? [], usage, finish: null };
  const error = await failed(ask(answer({ ...said, error: { message: "Overloaded", type: "overloaded_error" } })));
  expect(error).toMatchObject({ code: "model.busy", usage: { inputTokens: 10, outputTokens: 3 } });
  const other = await failed(ask(answer({ ...said, usage: null, error: { message: "boom", type: "server_error" } })));
  expect(other.code).toBe("model.unavailable");
  expect(other.usage).toBeUndefined();
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

it("F-MOD-13 a stream that falls silent is given up, and so is one that takes too long in all", async () => {
  const idle = await failed(ask({ ...answer({ text: "slow" }), cutAfter: 300, hangs: true }, { idleMs: 40 }));
  expect(idle).toMatchObject({ code: "model.unavailable", message: "127.0.0.1/small: said nothing for 40 ms" });
  const total = await failed(
    ask({ ...answer({ text: "slow" }), cutAfter: 300, hangs: true }, { adapter: { totalMs: 40 } }),
  );
  expect(total.message).toBe("127.0.0.1/small: took longer than 40 ms");
});

it("F-MOD-13 a call that is stopped stops at once", async () => {
  const stopper = new AbortController();
  const asked = failed(
    ask(
      { ...answer({ text: "slow" }), cutAfter: 700, hangs: true },
      { signal: stopper.signal, onProgress: () => stopper.abort() },
    ),
  );
  expect((await asked).code).toBe("agent.stopped");
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

it("F-BUD-12 a stream that goes on far past its limit is cut", async () => {
  const flood = answer({ text: "x".repeat(60_000) });
  expect((await failed(ask(flood, { request: { maxOutputTokens: 100 } }))).code).toBe("model.malformed");
});

it.each<readonly [string, Reply]>([
  ["no JSON", { events: ["{oops"] }],
  ["JSON of another shape", { events: ['{"choices": 1}'] }],
  ["a page", { status: 200, headers: { "content-type": "text/html" }, body: "<html>hello</html>" }],
])("a stream of %s is malformed, or no answer", async (_, reply) => {
  const got = await ask(reply).catch((error: RuntimeError) => error);
  expect("stop" in got ? got.stop : got.code).toMatch(/^(?:truncated|model\.malformed)$/);
  if ("stop" in got) expect(got.calls).toEqual([]);
});

it("no key, header or prompt is in an error, whatever the provider says in it", async () => {
  const body = JSON.stringify({
    error: { message: "bad key sk-canary in hello", type: "sk-canary", code: "hello, you" },
  });
  const error = await failed(ask({ status: 401, headers: { "x-key": "sk-canary" }, body }));
  expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toMatch(/canary|hello/);
});
