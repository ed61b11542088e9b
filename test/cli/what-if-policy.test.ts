/** `what-if --policy`: a run on record, put before policies as they stand in files. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOrchestrator, defineAgent, defineTool, type WhatIf } from "../../index.ts";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import { bailiwick } from "./command.ts";

let performed = 0;
const tool = <const Name extends string>(name: Name) =>
  defineTool({ name, effect: "read", run: (_: Readonly<Record<string, unknown>>) => ++performed });
const tools = [tool("find"), tool("pay"), tool("refund"), tool("odd")] as const;

/** Whole amounts only, so that the journal does not say whether they are decimals. */
const clerk = defineAgent({
  name: "clerk",
  tools,
  run: async (_, { tool: call }) => {
    await call("find", { for: { name: "ACME" }, first: 3, tags: [] });
    await call("pay", { to: "ACME", amount: 40, note: null });
    await call("pay", { to: "ACME", amount: 4_000 });
    await call("pay", { to: "Mallory", amount: 50 });
    await call("odd", { value: 1 });
    return call("odd", { value: "one" });
  },
});

const cwd = mkdtempSync(join(tmpdir(), "bailiwick-what-if-"));
const journal = join(cwd, ".bailiwick", "runs.db");

afterAll(() => rmSync(cwd, { recursive: true }));
beforeAll(async () => {
  mkdirSync(join(cwd, ".bailiwick"));
  const orchestrator = createOrchestrator({
    name: "payables",
    agents: { clerk },
    planner: { tasks: [{ id: "pay", agent: "clerk" }] },
    store: sqliteStore(journal),
  });
  const run = await orchestrator.start({ objective: "pay" });
  expect((await run.result).status).toBe("completed");
  await orchestrator.stop();
});

async function whatIf(file: string, text: string, more: readonly string[] = []): Promise<WhatIf> {
  const before = [performed, readFileSync(journal, "base64")];
  writeFileSync(join(cwd, file), text);
  const ended = await bailiwick(["what-if", "last", "--policy", file, "--json", ...more], { cwd });
  expect(ended).toMatchObject({ code: 0, err: "" });
  expect([performed, readFileSync(journal, "base64")]).toEqual(before);
  return JSON.parse(ended.out) as WhatIf;
}

const waysOf = ({ differences }: WhatIf) =>
  differences.map(({ call: { tool: name, args }, would, rule }) => {
    const { amount, value } = args as { readonly [name: string]: unknown };
    return [name, amount ?? value ?? null, would, rule];
  });

async function refused(file: string, text: string): Promise<readonly string[]> {
  writeFileSync(join(cwd, file), text);
  const { code, out, err } = await bailiwick(["what-if", "last", "--policy", file], { cwd });
  expect([code, out]).toEqual([2, ""]);
  return err.trimEnd().split("\n");
}

const ODD = `@id("odd") permit (principal, action == Action::"call:odd", resource);`;

const RULES = `
@id("find") permit (principal == Agent::"clerk", action == Action::"call:find", resource)
when { context.args.for.name == "ACME" && context.args.first < 5 && context.args.tags.isEmpty() };
@id("pay") permit (principal, action == Action::"call:pay", resource);
@id("much") @approval("finance") permit (principal, action == Action::"call:pay", resource)
when { context.args.amount.greaterThan(decimal("1000.0")) };
@id("not-mallory") forbid (principal, action == Action::"call:pay", resource)
when { context.args.to == "Mallory" };
@id("noted") forbid (principal, action == Action::"call:pay", resource)
when { context.args has note && context.args.note like "*urgent*" };
@id("refund") permit (principal, action == Action::"call:refund", resource)
when { context.args.reason != "" };
${ODD}
`;

describe("a policy in Cedar", () => {
  it("says what would have been denied, asked about and stopped, and nothing is performed or written", async () => {
    const result = await whatIf("new.cedar", RULES, ["--budget-calls", "4"]);
    expect(result.policy).toMatch(/^new\.cedar@[0-9a-f]{64}$/);
    expect(result.fates).toEqual({ allowed: 3, asked: 1, denied: 1, stopped: 1 });
    expect(waysOf(result)).toEqual([
      ["pay", 4_000, "asked", "much"],
      ["pay", 50, "denied", "not-mallory"],
      ["odd", "one", "stopped", "budget.toolCalls"],
    ]);
  });

  it("A-TOOL-02 denies what no policy permits", async () => {
    expect(waysOf(await whatIf("odd.cedar", ODD)).map(([name]) => name)).toEqual(["find", "pay", "pay", "pay"]);
  });

  it.each([
    ["what does not parse", "\npermit (principal, action resource);", /^bailiwick: bad\.cedar:2:27 /],
    [
      "an argument that was never given",
      `${ODD}\npermit (principal, action == Action::"call:pay", resource)\nwhen { context.args.amuont == 1 };`,
      /^bailiwick: bad\.cedar:3:\d+ policy "bad\.cedar#1": .*amuont.*amount/,
    ],
    [
      "an argument that was of several types",
      `permit (principal, action == Action::"call:odd", resource) when { context.args.value == 1 };`,
      /^bailiwick: bad\.cedar:1:\d+ .*value/,
    ],
    [
      "an agent that is not there",
      `permit (principal == Agent::"clark", action, resource);`,
      /:1:\d+ .*no agent "clark"/,
    ],
    ["a tool that nobody has", `permit (principal, action, resource == Tool::"pya");`, /:1:\d+ .*no tool "pya"/],
  ])("is refused with file and line for %s", async (_, text, line) => {
    const lines = await refused("bad.cedar", text);
    expect(lines[0]).toMatch(line);
    expect(lines.at(-1)).toContain("[policy.invalid]");
  });

  it("tells every fault in a line of its own", async () => {
    const twice = ["pya", "fnid"].map((name) => `permit (principal, action, resource == Tool::"${name}");`).join("\n");
    expect((await refused("two.cedar", twice)).map((line) => /two\.cedar:\d/.exec(line)?.[0])).toEqual([
      "two.cedar:1",
      "two.cedar:2",
    ]);
  });

  it("asks for its engine where that is not installed, and an allow-list needs none", async () => {
    writeFileSync(join(cwd, "lone.cedar"), ODD);
    writeFileSync(join(cwd, "lone.json"), JSON.stringify({ agents: { clerk: { tools: { find: true } } } }));
    const preload = join(import.meta.dirname, "without-cedar.ts");
    const without = (file: string) => bailiwick(["what-if", "last", "--policy", file], { cwd, preload });
    const { code, err } = await without("lone.cedar");
    expect([code, err]).toEqual([
      2,
      "bailiwick: lone.cedar is in Cedar, and its engine is not installed: npm install @cedar-policy/cedar-wasm\n",
    ]);
    expect((await without("lone.json")).code).toBe(0);
  });
});

describe("an allow-list", () => {
  it("says what would have been denied and asked about, by the arguments too", async () => {
    const pay = { when: { to: { oneOf: ["ACME"] }, currency: { oneOf: ["EUR"] } } };
    const first = { agents: { clerk: { tools: { find: { approval: true }, odd: true, pay } } } };
    expect(waysOf(await whatIf("list.json", JSON.stringify(first)))).toEqual([
      ["find", null, "asked", "grant clerk call find"],
      ["pay", 40, "denied", "grant.argument"],
      ["pay", 4_000, "denied", "grant.argument"],
      ["pay", 50, "denied", "grant.argument"],
    ]);
  });

  it.each([
    ["what is no JSON", '{\n  "agents": {,}\n}', /^bailiwick: bad\.json:2:14 this is no JSON: /],
    ["what is cut off", '{\n  "agents": {', /^bailiwick: bad\.json:2:13 this is no JSON: /],
    [
      "what is no allow-list",
      '{"agents": {\n  "clerk": true}}',
      /^bailiwick: bad\.json:2:3 this is no allow-list: write /,
    ],
    ["tools that are none", '{"agents": {"clerk":\n {"tools": []}}}', /bad\.json:2:3 this is no allow-list/],
    ["conditions that are none", '{"agents": {"clerk": {"tools":\n {"pay": {"when": null}}}}}', /bad\.json:2:3 /],
    [
      "a grant that says something else",
      '{"agents": {"clerk": {"tools":\n {"pay": {"approve": 1}}}}}',
      /bad\.json:2:11 /,
    ],
    ["an agent that is not there", '{"agents": {\n"clark": {}}}', /bad\.json:2:1 there is no agent "clark" here/],
    ["a tool nobody has", '{"agents": {"clerk": {"tools": {\n "pya": true}}}}', /bad\.json:2:2 .*no tool "pya" here/],
  ])("is refused with file and line for %s", async (_, text, line) => {
    expect((await refused("bad.json", text)).join("\n")).toMatch(line);
  });
});
