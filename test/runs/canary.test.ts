/** A key that is planted everywhere a run looks, and is to be found nowhere a run writes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createOrchestrator, defineAgent, defineTool, modelTool, type RuntimeError } from "../../index.ts";
import { openAiCompatible } from "../../src/adapters/models/ai-sdk.ts";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import type { ModelProgress } from "../../src/contracts/models.ts";
import { decide, finish, house } from "../support/house.ts";
import { answer, modelEndpoint, type Reply } from "../support/model-endpoint.ts";

const CANARY = "sk-canary-8f2c51e09d7b44a6";
const QUESTION = { messages: [{ role: "user", text: "go" }], maxOutputTokens: 50 } as const;

beforeAll(() => {
  process.env["CANARY_API_KEY"] = CANARY;
});
afterAll(() => {
  delete process.env["CANARY_API_KEY"];
});

/** Says the key wherever a provider can say something. */
const leaking = (status: number): Reply => ({
  status,
  headers: { "x-key": CANARY, "retry-after": "0" },
  body: JSON.stringify({ error: { message: `bad key ${CANARY}`, type: CANARY, code: CANARY, param: CANARY } }),
});
const REPLIES: readonly Reply[] = [
  leaking(429),
  leaking(500),
  answer({ text: "half", error: { message: CANARY, type: CANARY }, finish: null }),
  answer({ text: `your key is ${CANARY}`, model: CANARY, calls: [{ name: CANARY, arguments: `{"k":"${CANARY}"}` }] }),
  leaking(401),
];

it("F-DAT-08 a key from the environment is in no byte that is written, no event, no report and no error", async () => {
  const folder = mkdtempSync(join(tmpdir(), "canary-"));
  const endpoint = await modelEndpoint(REPLIES);
  const seen: unknown[] = [];
  const small = openAiCompatible({ baseUrl: endpoint.baseUrl, model: "small", apiKey: process.env["CANARY_API_KEY"] });
  const gpt = modelTool(small, { name: "gpt", prices: "unpriced", backoffMs: 1, onProgress: (one) => seen.push(one) });
  const read = defineTool({ name: "read", effect: "read", run: (_: object) => ({ [CANARY]: [`KEY=${CANARY}\n`, 1] }) });
  const fail = defineTool({
    name: "fail",
    effect: "read",
    run: (_: object) => {
      throw new Error(`cannot log in with ${CANARY}`);
    },
  });
  const told: unknown[] = [];
  const agent = defineAgent({
    name: "a",
    tools: [gpt, read, fail],
    writes: ["*"],
    reads: ["*"],
    run: async ({ input }, { tool, model, write, read: look }) => {
      const caught = (error: RuntimeError) => `${error.code} ${error.message}`;
      told.push(input, await tool("read", {}), await tool("fail", {}).catch(caught));
      told.push(await model("gpt", QUESTION));
      told.push(await model("gpt", { ...QUESTION, messages: [{ role: "user", text: `key ${CANARY}` }] }).catch(caught));
      await write("note", { key: process.env["CANARY_API_KEY"] as string }).catch(caught);
      told.push(await look("note"));
      throw new Error(`I give up ${CANARY}`);
    },
  });
  const orchestrator = createOrchestrator({
    name: "n",
    agents: { agent },
    planner: { tasks: [{ id: "t", agent: "a", retries: 0, input: { key: CANARY } }], output: "t" },
    approvals: { askAboutRun: false },
    store: sqliteStore(join(folder, "runs.db")),
    inspect: (event) => seen.push(event),
  });
  const run = await orchestrator.start({ objective: `use ${CANARY}`, input: { key: CANARY } });
  const report = await run.result;
  for await (const entry of run.events()) seen.push(entry);
  seen.push(report, await orchestrator.runs(), await run.explain(5));
  await orchestrator.stop();
  await endpoint.close();
  // The key went where it belongs, and nowhere else.
  expect(endpoint.received).toHaveLength(5);
  expect(endpoint.received.every(({ headers }) => headers.authorization === `Bearer ${CANARY}`)).toBe(true);
  expect(endpoint.received[4]?.body.messages[0]?.content).toBe("key [redacted]");
  expect(text(told)).toContain("[redacted]");
  expect(told).toHaveLength(6);
  const files = readdirSync(folder);
  for (const file of files) expect(readFileSync(join(folder, file)).includes(CANARY), file).toBe(false);
  expect(files).toContain("runs.db");
  expect(text(seen)).not.toContain(CANARY);
  expect(text(told)).not.toContain(CANARY);
  expect(report.status).toBe("failed");
  // Answers were shown while they were made.
  const shown = (seen as ModelProgress[]).flatMap((one) => (one.kind === "text" ? [one.delta] : [])).join("");
  expect(shown).toBe("halfyour key is [redacted]");
  rmSync(folder, { recursive: true });
});

/** All of it, what JSON leaves out included. */
function text(values: readonly unknown[]): string {
  const known = new Set<unknown>();
  return JSON.stringify(values, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return typeof value === "bigint" ? String(value) : value;
    if (known.has(value)) return "again";
    known.add(value);
    return value instanceof Error ? { ...value, message: value.message, cause: value.cause } : value;
  });
}

it("F-DAT-08 a person's word is kept without the keys that are in it", async () => {
  const agent = defineAgent({ name: "a", run: (_, { ask }) => ask("which key?") });
  const orchestrator = createOrchestrator({
    name: "n",
    agents: { agent },
    planner: { tasks: [{ id: "t", agent: "a" }], output: "t" },
    secrets: ["hunter2-hunter2"],
  });
  const run = await orchestrator.start({ objective: "o" });
  const [question] = (await run.result).pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  const { id: requestId, digest } = question;
  await orchestrator.decide({ requestId, digest, decision: "answer", value: "it is hunter2-hunter2", by: "ann" });
  expect((await run.result).output).toBe("it is [redacted]");
  await orchestrator.stop();
});

it("F-DAT-08 an agent that says a key is run again after a crash, and says what is on record", async () => {
  const secrets = ["hunter2-hunter2"];
  const agent = defineAgent({
    name: "a",
    writes: ["*"],
    run: async (_, { write, ask }) => {
      await write("note", { key: "hunter2-hunter2" });
      return ask("go on?");
    },
  });
  const config = {
    name: "n",
    agents: { agent },
    planner: { tasks: [{ id: "t", agent: "a", retries: 0 }], output: "t" },
  };
  const before = house(config, { secrets });
  const [question] = (await finish(before, await before.orchestrator.start({ objective: "o" }))).pendingApprovals;
  const after = house(config, { secrets, store: before.store, time: before.time });
  const run = await after.orchestrator.resume("run_1");
  await decide(after, question as never, "answer", "yes");
  expect(await finish(after, run)).toMatchObject({ status: "completed", output: "yes" });
});

it("F-DAT-08 a word that is left in the store for another process is left without the keys in it", async () => {
  const agent = defineAgent({ name: "a", run: (_, { ask }) => ask("which key?") });
  const config = { name: "n", agents: { agent }, planner: { tasks: [{ id: "t", agent: "a" }], output: "t" } };
  const home = house(config, { secrets: ["hunter2-hunter2"] });
  const [question] = (await finish(home, await home.orchestrator.start({ objective: "o" }))).pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  const { id: requestId, digest } = question;
  const posted: string[] = [];
  const { post } = home.store;
  home.store.post = (signal, receipt) => {
    posted.push(signal.body);
    return post.call(home.store, signal, receipt);
  };
  await home.orchestrator.post({ requestId, digest, decision: "answer", value: "hunter2-hunter2", by: "ann" });
  expect(posted.join()).toContain("[redacted]");
  expect(posted.join()).not.toContain("hunter2");
});
