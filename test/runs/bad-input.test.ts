/** Bad input: a clear error or a refused action that says what, which and what to do; nothing lost, nothing half done. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { createOrchestrator, defineAgent, defineTool, type OrchestratorConfig, type Planner } from "../../index.ts";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import { decide, finish, house, journalOf, settle } from "../support/house.ts";

const noop = defineAgent({ name: "noop", run: () => "done" });
const plain = (planner: Planner): OrchestratorConfig => ({ name: "n", agents: { noop }, planner });

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "bailiwick-"));
  folders.push(path);
  return path;
}

/** Runs one tool that gives `output`, and tells what the agent was told. */
async function toldOf(output: () => unknown, input?: unknown): Promise<unknown> {
  const tool = defineTool({ name: "odd", effect: "read", run: (_: { of?: unknown }) => output() });
  const agent = defineAgent({
    name: "agent",
    tools: [tool],
    run: (_, { tool: call }) =>
      call("odd", input === undefined ? {} : { of: input }).then(
        (value) => ({ value }),
        (error) => ({ code: error.code, message: error.message }),
      ),
  });
  const home = house({ name: "n", agents: { agent }, planner: { tasks: [{ id: "t", agent: "agent" }], output: "t" } });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report.status).toBe("completed");
  return report.output;
}

it("P2 a fixed plan with a cycle, an unknown agent, a missing input or a double id is refused before a run begins", () => {
  const needy = defineAgent({ name: "needy", requires: ["facts"], run: () => null });
  const make = (tasks: readonly { id: string; agent: string; needs?: readonly string[] }[]) => () =>
    createOrchestrator({ name: "n", agents: { noop, needy }, planner: { tasks } });
  expect(
    make([
      { id: "a", agent: "noop", needs: ["b"] },
      { id: "b", agent: "noop", needs: ["a"] },
    ]),
  ).toThrow(/wait for each other: a → b → a/);
  expect(make([{ id: "a", agent: "nobody" }])).toThrow(/task "a" is for agent "nobody"; there are: noop, needy/);
  expect(make([{ id: "a", agent: "needy" }])).toThrow(/requires "facts"/);
  expect(
    make([
      { id: "a", agent: "noop" },
      { id: "a", agent: "noop" },
    ]),
  ).toThrow(/"a" is in the plan twice/);
  expect(make([])).toThrow(/no tasks/);
});

it("P1 a planner that gives nonsense ends the run with plan.invalid and every fault", async () => {
  const home = house(
    plain(() => ({
      tasks: [
        { id: "a", agent: "x" },
        { id: "a", agent: "noop", needs: ["z"] },
      ],
    })),
  );
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report).toMatchObject({ status: "failed", failure: { code: "plan.invalid" } });
  for (const part of ['agent "x"', "twice", 'needs "z"']) expect(report.failure?.message).toContain(part);
});

it("a planner that throws ends the run with planner.failed and what it threw", async () => {
  const home = house(
    plain(() => {
      throw new Error("no idea");
    }),
  );
  expect(await finish(home, await home.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "failed",
    failure: { code: "planner.failed", message: expect.stringContaining("no idea") },
  });
});

it("F-TOOL-08 a tool output of 100 MB is refused, and the run goes on", async () => {
  expect(await toldOf(() => "x".repeat(100_000_000))).toMatchObject({ code: "value.too-large" });
});

it("F-DAT-01 a __proto__ key in a tool's JSON is refused, and changes no prototype", async () => {
  const told = await toldOf(() => JSON.parse('{"__proto__": {"approved": true}}'));
  expect(told).toMatchObject({ code: "value.invalid", message: expect.stringContaining("__proto__") });
  expect(({} as { approved?: boolean }).approved).toBeUndefined();
});

it("F-DAT-04, F-MOD-14 half a surrogate pair is refused, as a value, as a key and as an argument", async () => {
  expect(await toldOf(() => "\ud800")).toMatchObject({
    code: "value.invalid",
    message: expect.stringContaining("surrogate"),
  });
  expect(await toldOf(() => ({ "\udfff": 1 }))).toMatchObject({ code: "value.invalid" });
  expect(await toldOf(() => 1, "a\ud800b")).toMatchObject({ code: "value.invalid" });
});

it("F-TOOL-07 what is not JSON comes through as what it was, or is refused by name", async () => {
  expect(await toldOf(() => new Map([["a", new Date(0)]]))).toEqual({ value: new Map([["a", new Date(0)]]) });
  expect(await toldOf(() => ({ f: () => 1 }))).toMatchObject({ code: "value.invalid" });
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  expect(await toldOf(() => cyclic)).toMatchObject({ code: expect.stringMatching(/^value\./) });
  expect(await toldOf(() => ({ n: Number.NaN }))).not.toMatchObject({ value: { n: null } });
});

it("F-TOOL-01 whatever a tool throws is told in words, and harms nothing else", async () => {
  for (const thrown of [
    undefined,
    null,
    0,
    "text",
    {
      get message() {
        throw new Error("trap");
      },
    },
    new Error("plain"),
  ]) {
    expect(
      await toldOf(() => {
        throw thrown;
      }),
    ).toMatchObject({ code: "tool.failed", message: expect.stringContaining('"odd" failed') });
  }
});

it("A-TOOL-04, F-MOD-08 an unknown tool, one not granted, and arguments that do not fit are refused", async () => {
  const add = defineTool({
    name: "add",
    effect: "read",
    input: z.strictObject({ a: z.number() }),
    run: ({ a }) => a + 1,
  });
  const other = defineTool({ name: "other", effect: "read", run: () => null });
  const codes: string[] = [];
  const agent = defineAgent({
    name: "agent",
    tools: [add],
    run: async (_, { tool }) => {
      const call = tool as (name: string, input: unknown) => Promise<unknown>;
      for (const [name, input] of [
        ["ADD", { a: 1 }],
        ["other", {}],
        ["add", { a: "1" }],
        ["add", { a: 1, b: 2 }],
        ["add", { a: 1 }],
      ] as const) {
        codes.push(await call(name, input).then(String, (error) => error.code));
      }
    },
  });
  const second = defineAgent({ name: "second", tools: [other], run: () => null });
  const home = house({ name: "n", agents: { agent, second }, planner: { tasks: [{ id: "t", agent: "agent" }] } });
  await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(codes).toEqual(["tool.unknown", "policy.denied", "schema.invalid", "schema.invalid", "2"]);
});

it("F-ORC-12, I-P2 a policy that throws, rejects or answers nonsense denies", async () => {
  const act = defineTool({ name: "act", effect: "read", run: () => "done" });
  const agent = defineAgent({
    name: "agent",
    tools: [act],
    run: (_, { tool }) => tool("act", {}).catch((error) => error.code),
  });
  const answers = [
    () => {
      throw new Error("engine down");
    },
    () => Promise.reject(new Error("engine down")),
    () => undefined as never,
    () => ({ kind: "maybe" }) as never,
  ];
  for (const decideIt of answers) {
    const home = house({
      name: "n",
      agents: { agent },
      planner: { tasks: [{ id: "t", agent: "agent" }], output: "t" },
      policy: { id: "p1", decide: decideIt },
    });
    const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
    expect(report.output).toBe("policy.denied");
  }
});

it("F-CON-01 a run that another process has is refused, naming that process", async () => {
  const slow = defineAgent({
    name: "noop",
    run: (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", reject)),
  });
  const config = { name: "n", agents: { slow }, planner: { tasks: [{ id: "t", agent: "noop" }] } };
  const first = house(config);
  const run = await first.orchestrator.start({ objective: "o" });
  await settle();
  const second = house(config, { store: first.store, time: first.time, othersAreDead: false });
  await expect(second.orchestrator.resume(run.id)).rejects.toMatchObject({
    code: "run.owned",
    message: expect.stringMatching(/owned by process-\d+ \(process \d+ on here\)/),
  });
});

it("F-CON-02 an owner whose run was taken over writes nothing more, and says so", async () => {
  const asker = defineAgent({ name: "noop", run: (_, { ask }) => ask("well?") });
  const config = { name: "n", agents: { asker }, planner: { tasks: [{ id: "t", agent: "noop" }] } };
  const zombie = house(config);
  const run = await zombie.orchestrator.start({ objective: "o" });
  const [question] = (await finish(zombie, run)).pendingApprovals;
  const heir = house(config, { store: zombie.store, time: zombie.time });
  await heir.orchestrator.resume(run.id);
  if (question === undefined) throw new Error("nothing was asked");
  await expect(decide(zombie, question, "answer", "from the dead")).rejects.toMatchObject({ code: "run.fenced" });
  expect((await zombie.store.read(run.id, 0, 1_000)).every(({ body }) => !body.includes("from the dead"))).toBe(true);
});

it("F-CON-06 two resumes in one process share one run", async () => {
  const asker = defineAgent({ name: "noop", run: (_, { ask }) => ask("well?") });
  const config = { name: "n", agents: { asker }, planner: { tasks: [{ id: "t", agent: "noop" }] } };
  const first = house(config);
  const run = await first.orchestrator.start({ objective: "o" });
  await finish(first, run);
  const second = house(config, { store: first.store, time: first.time });
  await Promise.all([second.orchestrator.resume(run.id), second.orchestrator.resume(run.id)]);
  expect((await second.store.head(run.id))?.seq).toBe((await first.store.head(run.id))?.seq);
});

it("F-DUR-10 a store that cannot be written is refused at the start, and nothing is done", async () => {
  const file = join(folder(), "runs.db");
  await sqliteStore(file).close();
  expect(() => sqliteStore(join(folder(), "missing", "runs.db"))).toThrow(/create it/);
  const home = house(plain({ tasks: [{ id: "t", agent: "noop" }] }), { store: sqliteStore(file, { readonly: true }) });
  await expect(home.orchestrator.start({ objective: "o" })).rejects.toMatchObject({ code: "store.readonly" });
  chmodSync(file, 0o644);
});

it("F-DUR-07, A-LOG-01 a changed journal entry is named, and the run is not resumed", async () => {
  const file = join(folder(), "runs.db");
  const asker = defineAgent({ name: "noop", run: (_, { ask }) => ask("well?") });
  const config = { name: "n", agents: { asker }, planner: { tasks: [{ id: "t", agent: "noop" }] }, parkAfterMs: 0 };
  const first = house(config, { store: sqliteStore(file) });
  const run = await first.orchestrator.start({ objective: "o" });
  await finish(first, run);
  await settle();
  await first.orchestrator.stop();
  const database = new DatabaseSync(file);
  database.exec("UPDATE journal SET body = replace(body, 'well?', 'evil?') WHERE place & 4294967295 = 2");
  database.close();
  const second = house(config, { store: sqliteStore(file) });
  await expect(second.orchestrator.resume(run.id)).rejects.toMatchObject({
    code: "journal.corrupt",
    message: expect.stringContaining("entry 2"),
  });
  await second.orchestrator.stop();
});

it("an unknown run id is refused, with what to do", async () => {
  const home = house(plain({ tasks: [{ id: "t", agent: "noop" }] }));
  await expect(home.orchestrator.resume("run_nobody")).rejects.toMatchObject({
    code: "run.unknown",
    message: expect.stringContaining("run_nobody"),
  });
  expect(
    await home.orchestrator.decide({ requestId: "run_nobody:t#1/0", digest: "", decision: "approve", by: "ann" }),
  ).toMatchObject({
    accepted: false,
    code: "approval.unknown",
  });
  expect(
    await home.orchestrator.decide({ requestId: "nonsense", digest: "", decision: "approve", by: "ann" }),
  ).toMatchObject({ code: "approval.unknown" });
});

it("an empty objective, a bad name and a negative budget are refused at the door", async () => {
  const home = house(plain({ tasks: [{ id: "t", agent: "noop" }] }));
  await expect(home.orchestrator.start({ objective: "  " })).rejects.toMatchObject({ code: "config.invalid" });
  await expect(home.orchestrator.start({ objective: "o", input: { f: () => 1 } })).rejects.toMatchObject({
    code: "value.invalid",
  });
  expect(() => createOrchestrator({ ...plain({ tasks: [{ id: "t", agent: "noop" }] }), name: "../x" })).toThrow(
    /orchestrator name/,
  );
  expect(() =>
    createOrchestrator({ ...plain({ tasks: [{ id: "t", agent: "noop" }] }), budget: { maxCostUsd: -1 } }),
  ).toThrow(/maxCostUsd/);
  expect(() => defineAgent({ name: "a b", run: () => null })).toThrow(/agent name/);
  expect(() => defineTool({ name: "x", effect: "reconcilable", run: () => null })).toThrow(/reconcile/);
});

it("F-ORC-04, F-ORC-05, I-O7 observers that throw change nothing: same states, same rulings", async () => {
  const worker = defineAgent({ name: "noop", writes: ["*"], run: (_, { write }) => write("k", 1).then(() => "done") });
  const config = { name: "n", agents: { worker }, planner: { tasks: [{ id: "t", agent: "noop" }] } };
  const quiet = house(config);
  const alone = await quiet.orchestrator.start({ objective: "o" });
  await finish(quiet, alone);
  let seen = 0;
  const loud = house({
    ...config,
    inspect: () => {
      seen++;
      throw new Error("observer");
    },
  });
  const watched = await loud.orchestrator.start({ objective: "o" });
  watched.actor.subscribe(() => {
    seen++;
    throw new Error("subscriber");
  });
  await finish(loud, watched);
  const shape = async (run: typeof watched) =>
    (await journalOf(run)).map(({ kind, moved, ruled, intents }) => ({ kind, moved, ruled, intents }));
  expect(await shape(watched)).toEqual(await shape(alone));
  expect(seen).toBeGreaterThan(10);
});

it("tells each of several observers of a run what it tells the others", async () => {
  const worker = defineAgent({ name: "noop", run: async (_, { ask }) => ask("how?") });
  const home = house({ name: "n", agents: { worker }, planner: { tasks: [{ id: "t", agent: "noop" }] } });
  const run = await home.orchestrator.start({ objective: "o" });
  const heard: unknown[][] = [[], []];
  for (const list of heard) run.actor.subscribe(({ value }) => void list.push(value));
  await finish(home, run);
  expect(heard[0]?.length).toBeGreaterThan(0);
  expect(heard[1]).toEqual(heard[0]);
});
