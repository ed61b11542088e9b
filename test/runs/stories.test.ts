/** Runs from beginning to end: plans, failures, people, conflicts, pauses. */

import { expect, it } from "vitest";
import { assign, setup } from "xstate";
import { agentActors, defineAgent, defineTool, type Planner } from "../../index.ts";
import { stretched } from "../../src/decisions/retry.ts";
import { decide, finish, house, journalOf, settle } from "../support/house.ts";

const quick = (name: string, output: unknown = name) => defineAgent({ name, run: () => output });

it("T1, T3 starts ready tasks by priority, in parallel up to the limit, and hands outputs on by name", async () => {
  const started: string[] = [];
  const worker = defineAgent({
    name: "worker",
    run: async ({ task, inputs }) => {
      started.push(task);
      await settle(1);
      return { task, inputs };
    },
  });
  const home = house({
    name: "n",
    agents: { worker },
    concurrency: 2,
    planner: {
      tasks: [
        { id: "low", agent: "worker" },
        { id: "high", agent: "worker", priority: 9 },
        { id: "mid", agent: "worker", priority: 5 },
        { id: "end", agent: "worker", needs: { first: "high", second: "low" } },
      ],
      output: "end",
    },
  });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(started).toEqual(["high", "mid", "low", "end"]);
  expect(report.output).toMatchObject({ inputs: { first: { task: "high" }, second: { task: "low" } } });
});

it("R1, R2, R3 tries a failed task again after doubling waits, with what went wrong", async () => {
  const seen: { attempt: number; findings: readonly unknown[]; at: number }[] = [];
  const flaky = defineAgent({
    name: "flaky",
    run: ({ attempt, findings }, { now }) => {
      seen.push({ attempt, findings, at: now() });
      if (attempt < 3) throw new Error(`attempt ${attempt} fails`);
      return "ok";
    },
  });
  const home = house({
    name: "n",
    agents: { flaky },
    planner: { tasks: [{ id: "t", agent: "flaky", backoffMs: 100, retries: 2 }] },
  });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report).toMatchObject({ status: "completed", tasks: [{ attempts: 3 }] });
  const waits = [stretched(100, `${report.run}/t#1`), stretched(200, `${report.run}/t#2`)] as const;
  expect(seen.map(({ at }) => at - (seen[0]?.at ?? 0))).toEqual([0, waits[0], waits[0] + waits[1]]);
  expect(seen[1]?.findings).toMatchObject([{ source: "flaky", message: "attempt 1 fails" }]);
});

it("T4 a required task that fails for good ends the run with the partial result; an optional one does not", async () => {
  const broken = defineAgent({
    name: "broken",
    run: () => {
      throw new Error("never works");
    },
  });
  const config = (optional: boolean) => ({
    name: "n",
    agents: { broken, fine: quick("fine") },
    retries: 0,
    planner: {
      tasks: [
        { id: "a", agent: "fine" },
        { id: "b", agent: "broken", needs: ["a"], optional },
        { id: "c", agent: "fine", needs: ["b"] },
      ],
    },
  });
  const required = house(config(false));
  expect(await finish(required, await required.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "failed",
    failure: { code: "agent.failed", message: expect.stringContaining("never works") },
    partial: { a: "fine" },
  });
  const optional = house(config(true));
  expect(await finish(optional, await optional.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "completed",
    tasks: [{ status: "completed" }, { status: "skipped" }, { status: "completed" }],
  });
});

it("F-AGT-01 an agent that never returns is stopped at its time, its signal aborted", async () => {
  let aborted = false;
  const hanging = defineAgent({
    name: "hanging",
    run: (_, { signal }) =>
      new Promise(() => {
        signal.addEventListener("abort", () => {
          aborted = true;
        });
      }),
  });
  const home = house({
    name: "n",
    agents: { hanging },
    planner: { tasks: [{ id: "t", agent: "hanging", timeoutMs: 1_000, retries: 0 }] },
  });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report).toMatchObject({ status: "failed", failure: { code: "agent.timeout" } });
  expect(aborted).toBe(true);
});

it("plans anew with the findings when a task fails for good, keeping what was completed", async () => {
  const broken = defineAgent({
    name: "broken",
    run: () => {
      throw new Error("cannot");
    },
  });
  let done = 0;
  const counted = defineAgent({ name: "counted", run: () => ++done });
  const planner: Planner = ({ number, completed, findings }) =>
    number === 1
      ? {
          tasks: [
            { id: "a", agent: "counted" },
            { id: "b", agent: "broken", needs: ["a"] },
          ],
        }
      : {
          tasks: [
            { id: "c", agent: "counted", needs: ["a"], input: { completed, findings: findings.length } as never },
          ],
          output: "c",
        };
  const home = house({ name: "n", agents: { broken, counted }, retries: 0, planner });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report).toMatchObject({ status: "completed", output: 2 });
  expect(done).toBe(2);
});

it("sends a faulty plan back once with its faults, and fails clearly when it stays faulty", async () => {
  const asked: number[] = [];
  const planner: Planner = ({ number, findings }) => {
    asked.push(findings.length);
    return { tasks: [{ id: "a", agent: number > 1 ? "fine" : "nobody" }] };
  };
  const home = house({ name: "n", agents: { fine: quick("fine") }, planner });
  expect((await finish(home, await home.orchestrator.start({ objective: "o" }))).status).toBe("completed");
  expect(asked).toEqual([0, 1]);
  const hopeless = house({
    name: "n",
    agents: { fine: quick("fine") },
    planner: () => ({ tasks: [{ id: "a", agent: "nobody" }] }),
  });
  expect(await finish(hopeless, await hopeless.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "failed",
    failure: { code: "plan.invalid", message: expect.stringContaining('"nobody"') },
  });
});

it("E2 checks every task and the end; a task that does not pass is tried again, the end asks a person", async () => {
  const attempts: number[] = [];
  const writer = defineAgent({
    name: "writer",
    evaluators: [
      {
        name: "length",
        threshold: 0.5,
        evaluate: (output) => ({ score: String(output).length > 3 ? 1 : 0, findings: ["too short"] }),
      },
    ],
    run: ({ attempt, findings }) => {
      attempts.push(findings.length);
      return attempt === 1 ? "no" : "longer";
    },
  });
  const home = house({
    name: "n",
    agents: { writer },
    planner: { tasks: [{ id: "t", agent: "writer" }], output: "t" },
    validation: { evaluators: [{ name: "never", evaluate: () => ({ score: 0, findings: ["not good enough"] }) }] },
  });
  const run = await home.orchestrator.start({ objective: "o" });
  const report = await finish(home, run);
  expect(attempts).toEqual([0, 1]);
  expect(report).toMatchObject({
    status: "suspended",
    pendingApprovals: [{ kind: "accept" }],
    findings: [{ message: "not good enough" }],
  });
  const [question] = report.pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  await decide(home, question, "approve");
  expect(await finish(home, run)).toMatchObject({ status: "completed", output: "longer" });
});

it("F-CON-07, K4, C2 two writers of one key: the first stands, both are on record, a resolver may decide otherwise", async () => {
  const judge = (name: string, verdict: string) =>
    defineAgent({
      name,
      writes: ["verdict"],
      run: (_, { write }) =>
        write("verdict", verdict, { expect: 0 }).then(
          () => verdict,
          () => `${verdict} (refused)`,
        ),
    });
  const config = {
    name: "n",
    agents: { a: judge("a", "fit"), b: judge("b", "unfit") },
    planner: {
      tasks: [
        { id: "one", agent: "a" },
        { id: "two", agent: "b" },
      ],
    },
  };
  const first = house(config);
  expect(await finish(first, await first.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "completed",
    output: { one: "fit", two: "unfit (refused)" },
    conflicts: [
      {
        key: "verdict",
        kept: { value: "fit" },
        refused: { value: "unfit" },
        resolution: { winner: "kept", rule: "conflict.first-writer" },
      },
    ],
  });
  const strict = house({
    ...config,
    conflicts: { resolve: () => ({ winner: "refused", rule: "the-stricter", reason: "unfit is stricter" }) },
  });
  expect(await finish(strict, await strict.orchestrator.start({ objective: "o" }))).toMatchObject({
    conflicts: [{ resolution: { winner: "refused", rule: "the-stricter" } }],
  });
});

it("K3 an agent reads and writes only in its scope", async () => {
  const nosy = defineAgent({
    name: "nosy",
    reads: ["mine/*"],
    run: async (_, { read, write }) => [
      await read("mine/x").then((entry) => entry ?? "nothing there"),
      await read("theirs").catch((error) => error.code),
      await write("mine/x", 1).catch((error) => error.code),
    ],
  });
  const home = house({ name: "n", agents: { nosy }, planner: { tasks: [{ id: "t", agent: "nosy" }], output: "t" } });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report.output).toEqual(["nothing there", "board.denied", "board.denied"]);
});

it("O1 a paused run grants nothing; resumed, it goes on where it was", async () => {
  const calls: string[] = [];
  const note = defineTool({
    name: "note",
    effect: "read",
    run: ({ text }: { text: string }) => {
      calls.push(text);
      return text;
    },
  });
  const steps = defineAgent({
    name: "steps",
    tools: [note],
    run: async (_, { tool, ask }) => {
      await tool("note", { text: "before" });
      await ask("go on?");
      return tool("note", { text: "after" });
    },
  });
  const home = house({
    name: "n",
    agents: { steps },
    planner: { tasks: [{ id: "t", agent: "steps" }], output: "t" },
    parkAfterMs: 0,
  });
  const run = await home.orchestrator.start({ objective: "o" });
  const [question] = (await finish(home, run)).pendingApprovals;
  await run.pause("olga");
  if (question === undefined) throw new Error("nothing was asked");
  expect(await decide(home, question, "answer", "yes")).toEqual({ accepted: true });
  await settle();
  expect(calls).toEqual(["before"]);
  expect((await run.report()).state).toBe("paused");
  await run.resume("olga");
  expect(await finish(home, run)).toMatchObject({ status: "completed", output: "after" });
  expect(calls).toEqual(["before", "after"]);
  expect((await journalOf(run)).filter(({ by }) => by?.id === "olga").map(({ event }) => event.type)).toEqual([
    "run.pause",
    "run.resume",
  ]);
});

it("F-TOOL-04 a cancelled run aborts its effects; what still comes is noted as late and applied nowhere", async () => {
  const late = Promise.withResolvers<string>();
  let aborted = false;
  const slow = defineTool({
    name: "slow",
    effect: "read",
    run: (_: object, { signal }) => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
      return late.promise;
    },
  });
  const agent = defineAgent({ name: "agent", tools: [slow], run: (_, { tool }) => tool("slow", {}) });
  const home = house({ name: "n", agents: { agent }, planner: { tasks: [{ id: "t", agent: "agent" }] } });
  const run = await home.orchestrator.start({ objective: "o" });
  await settle();
  await run.cancel("no longer needed", "olga");
  const report = await finish(home, run);
  expect(report).toMatchObject({
    status: "cancelled",
    failure: { code: "run.cancelled", message: "no longer needed" },
  });
  expect(aborted).toBe(true);
  late.resolve("too late");
  await settle();
  const journal = await journalOf(run);
  expect(journal.at(-1)).toMatchObject({ kind: "late", event: { type: "effect.done" }, moved: [] });
  expect((await run.report()).partial).toEqual({});
});

it("an agent may be a statechart: its invokes are requests, its waits are journalled timers", async () => {
  const search = defineTool({ name: "search", effect: "read", run: ({ q }: { q: string }) => `found ${q}` });
  const machine = setup({ actors: agentActors, types: { context: {} as { found: string } } }).createMachine({
    id: "finder",
    context: { found: "" },
    initial: "waiting",
    states: {
      waiting: { after: { 5000: "searching" } },
      searching: {
        invoke: {
          id: "search",
          src: "tool",
          input: { tool: "search", args: { q: "x" } },
          onDone: { target: "asking", actions: assign({ found: ({ event }) => String(event.output) }) },
          onError: "failed",
        },
      },
      asking: {
        invoke: { id: "ask", src: "ask", input: { question: "enough?" }, onDone: "writing", onError: "failed" },
      },
      writing: {
        invoke: { id: "write", src: "write", input: { key: "out", value: 1 }, onDone: "done", onError: "failed" },
      },
      done: { type: "final" },
      failed: { type: "final" },
    },
    output: ({ context }) => ({ found: context.found }),
  });
  const finder = defineAgent({ name: "finder", tools: [search], writes: ["out"], machine });
  const home = house({
    name: "n",
    agents: { finder },
    planner: { tasks: [{ id: "t", agent: "finder" }], output: "t" },
    parkAfterMs: 0,
  });
  const run = await home.orchestrator.start({ objective: "o" });
  const suspended = await finish(home, run);
  expect(suspended.pendingApprovals).toMatchObject([{ kind: "answer", subject: { question: "enough?" } }]);
  const again = house(
    { name: "n", agents: { finder }, planner: { tasks: [{ id: "t", agent: "finder" }], output: "t" }, parkAfterMs: 0 },
    { store: home.store, time: home.time },
  );
  const resumed = await again.orchestrator.resume(run.id);
  const [question] = suspended.pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  await decide(again, question, "answer", "yes");
  expect(await finish(again, resumed)).toMatchObject({ status: "completed", output: { found: "found x" } });
});
