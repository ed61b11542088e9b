/** `bailiwick review --model`: a language model plans, judges and writes, over the wire, through the gate. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ModelEndpoint, modelEndpoint } from "../support/model-endpoint.ts";
import { reviewReply } from "../support/review-model.ts";
import { bailiwick, workplace } from "./command.ts";
import { soundFiles } from "./review/sound-tree.ts";

const KEY = "sk-canary-4711-do-not-tell";

let endpoint: ModelEndpoint;
/** Where nobody is any more. */
let gone: string;
beforeAll(async () => {
  const other = await modelEndpoint([]);
  gone = other.baseUrl;
  await other.close();
  endpoint = await modelEndpoint(reviewReply);
});
afterAll(() => endpoint.close());

const flags = (more: readonly string[] = ["--unpriced"]): readonly string[] => [
  "review",
  "lib",
  "--yes",
  "--model",
  "openai-compatible/small",
  "--base-url",
  endpoint.baseUrl,
  ...more,
];

describe("a review by a language model", () => {
  it("is planned, judged and written by it, with the review's own tools", async () => {
    const cwd = workplace(soundFiles);
    const { code, out, err } = await bailiwick([...flags(), "--json", "--api-key-env", "UNLOCKS_IT"], {
      cwd,
      env: { UNLOCKS_IT: KEY },
    });
    expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
    const { verdict, report } = JSON.parse(out);
    expect(report.tasks.map(({ id }: { id: string }) => id)).toEqual([
      "survey",
      "packages",
      "risk",
      "upkeep",
      "report",
      "verdict",
    ]);
    expect(report.output).toMatchObject({ verdict: "fit-with-care", rule: "verdict.judged" });
    expect(verdict).toBe("fit-with-care");
    expect(report.spend.tokens).toBeGreaterThan(0);
    const text = readFileSync(join(cwd, "REVIEW.md"), "utf8");
    expect(text).toContain("A small tree.");
    expect(text).not.toMatch(/<script|^# Not|<b>/m);
    expect(err).toContain("planner: the model answers");
    expect(endpoint.received.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
    for (const name of ["runs.db", "runs.db-wal"]) {
      const bytes = readFileSync(join(cwd, ".bailiwick", name), { encoding: "latin1", flag: "a+" });
      expect(bytes.includes(KEY), name).toBe(false);
    }
    expect(`${out}${err}${text}`).not.toContain(KEY);
  });

  it("stays under its caps: with too little money it is not begun, and says so", async () => {
    const cwd = workplace(soundFiles);
    const prices = join(cwd, "prices.json");
    const cost = { input: 1, output: 1 };
    writeFileSync(prices, JSON.stringify({ "openai-compatible": { models: { small: { cost } } } }));
    const before = endpoint.billed;
    const { code, out } = await bailiwick([...flags(["--prices", prices]), "--budget-usd", "0.01"], { cwd });
    expect(code).toBe(1);
    expect(out).toContain("budget.exceeded");
    expect(endpoint.billed).toBe(before);
  });
});

describe("a review by a language model that cannot be had", () => {
  const refused = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { code, err } = await bailiwick(args, { cwd: workplace(soundFiles), env });
    expect(err).not.toContain(KEY);
    return { code, err: err.trim() };
  };
  const swapped = (from: string, to: string): readonly string[] => flags().map((one) => (one === from ? to : one));

  it.each([
    ["nothing answers", () => swapped(endpoint.baseUrl, gone), /nothing answers at \S+ \(ECONNREFUSED\)/],
    [
      "the model is not there",
      () => swapped("openai-compatible/small", "openai-compatible/large"),
      /has no model "large"; it has small/,
    ],
    ["the model has no provider", () => swapped("openai-compatible/small", "small"), /give a provider and a name/],
    ["there is no key", () => [...flags(), "--api-key-env", "NO_KEY_HERE"], /there is no key in \$NO_KEY_HERE/],
    ["nobody says what it costs", () => flags([]), /--prices FILE .* or --unpriced/],
    [
      "there is no place",
      () => flags().filter((one) => one !== "--base-url" && one !== endpoint.baseUrl),
      /--base-url/,
    ],
    [
      "a key is in the address",
      () => swapped(endpoint.baseUrl, `http://ann:${KEY}@localhost/v1`),
      /--base-url holds a name or a password/,
    ],
    ["a flag stands alone", () => ["review", "lib", "--unpriced"], /--unpriced is about a model/],
  ])("says so in one line, and begins nothing: %s", async (_, args, line) => {
    const { code, err } = await refused(args());
    expect(code).toBe(2);
    expect(err.split("\n")).toHaveLength(1);
    expect(err).toMatch(line);
  });

  it("F-MOD-12 says that it has no price, and how to go on", async () => {
    const cwd = workplace(soundFiles);
    const prices = join(cwd, "prices.json");
    writeFileSync(prices, JSON.stringify({ other: { models: {} } }));
    const { code, err } = await bailiwick(flags(["--prices", prices]), { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(/has no price for openai-compatible\/small; add one, or give --unpriced/);
  });
});
