/** Models over the wire that misbehave: a real client against a real endpoint that fails in every way there is. */
import { MockLanguageModelV4 } from "ai/test";
import { expect, it } from "vitest";
import { aiSdkModel, openAiCompatible } from "../../src/adapters/models/ai-sdk.ts";
import { retryAfter } from "../../src/adapters/models/ai-sdk-failure.ts";
import type { RuntimeError } from "../../src/contracts/errors.ts";
import { answer, lengthOf, modelEndpoint, type Reply, refuse, type WireAnswer } from "../support/model-endpoint.ts";
import { ask, failed, opened, REQUEST } from "../support/model-questions.ts";

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
    opened.push(endpoint);
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
