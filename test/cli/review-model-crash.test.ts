/** A review by a language model, killed in the middle: what was asked is asked again to the letter, and paid once. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ModelEndpoint, modelEndpoint, type Received } from "../support/model-endpoint.ts";
import { reviewReply } from "../support/review-model.ts";
import { bailiwick, workplace } from "./command.ts";
import { soundFiles } from "./review/sound-tree.ts";

const preload = join(import.meta.dirname, "kill-at-commit.ts");
const SAMPLES = 5;

const review = ({ baseUrl }: ModelEndpoint): readonly string[] => [
  "review",
  "lib",
  "--yes",
  "-q",
  "--unpriced",
  "--model",
  "openai-compatible/small",
  "--base-url",
  baseUrl,
];
const reportIn = (cwd: string): string => readFileSync(join(cwd, "REVIEW.md"), "utf8");

/** Digests of what was asked under each key: once, or again to the letter. */
function promptsByKey(received: readonly Received[]): ReadonlyMap<string, string> {
  const prompts = new Map<string, string>();
  for (const { body, headers } of received) {
    // Without the run.
    const key = String(headers["idempotency-key"]).replace(/^[^/]*\//, "");
    const text = createHash("sha256").update(JSON.stringify(body)).digest("hex");
    expect(prompts.get(key) ?? text, `asked otherwise under ${key}`).toBe(text);
    prompts.set(key, text);
  }
  return prompts;
}

const within = async <Result>(act: (endpoint: ModelEndpoint) => Promise<Result>): Promise<Result> => {
  const endpoint = await modelEndpoint(reviewReply);
  return act(endpoint).finally(() => endpoint.close());
};

async function undisturbed() {
  return within(async (endpoint) => {
    const cwd = workplace(soundFiles);
    const tally = join(cwd, "commits");
    const { code, err } = await bailiwick(review(endpoint), { cwd, preload, env: { COMMITS_FILE: tally } });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const { billed, received } = endpoint;
    return {
      commits: Number(readFileSync(tally, "utf8")),
      report: reportIn(cwd),
      billed,
      prompts: promptsByKey(received),
    };
  });
}

describe("a review by a language model, killed with SIGKILL", () => {
  it("F-DUR-01 at commits of its journal goes on, pays for no call twice, and asks nothing otherwise", async () => {
    const whole = await undisturbed();
    expect(whole.billed).toBeGreaterThanOrEqual(7);
    expect(whole.prompts.size).toBe(whole.billed);
    let again = 0;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const at = 3 + Math.round((sample * (whole.commits - 5)) / (SAMPLES - 1));
      await within(async (endpoint) => {
        const cwd = workplace(soundFiles);
        const env = { KILL_AT: String(at), KILL_WHEN: sample % 2 === 0 ? "after" : "before" };
        const killed = await bailiwick(review(endpoint), { cwd, preload, env });
        const { length } = endpoint.received;
        if (killed.signal !== "SIGKILL") return;
        const resumed = await bailiwick(["review", "--resume", "last", "--yes", "-q"], { cwd });
        expect(resumed, `at commit ${at}`).toMatchObject({ code: 0, err: "" });
        expect(reportIn(cwd), `at commit ${at}`).toBe(whole.report);
        expect(promptsByKey(endpoint.received), `at commit ${at}`).toEqual(whole.prompts);
        expect(endpoint.billed, `at commit ${at}`).toBe(whole.billed);
        expect((await bailiwick(["verify", "--all"], { cwd })).code, `at commit ${at}`).toBe(0);
        if (length < endpoint.received.length) again++;
      });
    }
    expect(again).toBeGreaterThanOrEqual(SAMPLES / 2);
  }, 120_000);
});
