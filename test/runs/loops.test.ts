/** Runs that get nowhere: each is seen for what it is, and brought to an end by the ladder. */
import { expect, it } from "vitest";
import { defineAgent, defineTool, type OrchestratorConfig, type Planner } from "../../index.ts";
import type { JournalEntry } from "../../src/contracts/journal.ts";
import { decide, finish, house, journalOf } from "../support/house.ts";

const statesOf = (entries: readonly JournalEntry[]): readonly string[] =>
  entries.flatMap(({ moved }) =>
    moved.filter(({ actor }) => actor === "orchestrator").flatMap(({ path }) => path.slice(1)),
  );

/** What was found, each time the run was held to loop. */
const foundIn = (entries: readonly JournalEntry[]) =>
  entries.flatMap(({ ruled }) => ruled.filter(({ rule }) => rule === "loop.detected").map(({ data }) => data));

async function tellStory(config: Omit<OrchestratorConfig, "name">) {
  const home = house({ name: "n", approvals: { askAboutRun: false }, ...config });
  const run = await home.orchestrator.start({ objective: "finish" });
  const report = await finish(home, run);
  const entries = await journalOf(run);
  return { home, run, report, states: statesOf(entries), found: foundIn(entries) };
}

/** Writes its own version over the other's for ever. Between its writes it does something new each time. */
const quarreller = (name: string, rounds: number, fallback?: string) =>
  defineAgent({
    name,
    tools: [look],
    reads: ["draft"],
    writes: ["draft"],
    ...(fallback === undefined ? {} : { fallback }),
    run: async (_, { read, write, tool }) => {
      for (let n = 0; n < rounds; n++) {
        const entry = await read("draft");
        await tool("look", { what: `${name} ${n}` });
        if (entry?.value !== `${name}'s version`) await write("draft", `${name}'s version`);
      }
      return `${name} gave up`;
    },
  });

const look = defineTool({ name: "look", effect: "read", run: ({ what }: { what: string }) => `saw ${what}` });

it("L2 F-AGT-07 two agents that write over each other's draft for ever are seen together, and one of them is replaced", async () => {
  const { report, states, found } = await tellStory({
    agents: {
      a: quarreller("ann", 40, "carl"),
      b: quarreller("ben", 40, "carl"),
      c: defineAgent({ name: "carl", run: () => "agreed" }),
    },
    planner: {
      tasks: [
        { id: "x", agent: "ann" },
        { id: "y", agent: "ben" },
      ],
    },
  });
  expect(found[0]).toMatchObject({ detector: "period", period: 2, count: 3 });
  const { steps = [] } = found[0] as { readonly steps?: readonly string[] };
  expect(new Set(steps.map((step) => step[0]))).toEqual(new Set(["x", "y"]));
  expect(states.slice(0, 4)).toEqual(["planning", "executing", "looping-detected", "executing"]);
  expect(report.status).toBe("completed");
  expect(Object.values(report.output as object)).toContain("agreed");
});

const clumsy = defineAgent({
  name: "clumsy",
  run: () => {
    throw new Error("the door is locked");
  },
});

it("L5 a planner that makes the same plan for ever is told so, and then stopped with the partial result", async () => {
  const told: (readonly string[])[] = [];
  const planner: Planner = ({ findings }) => {
    told.push(findings.map(({ source }) => source));
    return {
      tasks: [
        { id: "first", agent: "good" },
        { id: "open", agent: "clumsy", retries: 0, needs: ["first"] },
      ],
    };
  };
  const { report, states, found } = await tellStory({
    agents: { clumsy, good: defineAgent({ name: "good", run: () => "half of it" }) },
    planner,
    replans: 9,
  });
  expect(found.map((one) => one?.["detector"])).toEqual(["same-plan", "same-plan", "same-plan", "same-plan"]);
  expect(told.at(-1)).toContain("loop.detected");
  expect(told.length).toBeLessThan(8);
  expect(states.at(-1)).toBe("failed");
  expect(report).toMatchObject({
    status: "failed",
    failure: { code: "loop.detected" },
    partial: { first: "half of it" },
  });
});

it("L5 a person may let the same plan be tried once more, and it is", async () => {
  let attempts = 0;
  const late = defineAgent({
    name: "late",
    run: () => {
      attempts++;
      if (attempts < 3) throw new Error("not yet");
      return "now";
    },
  });
  const home = house({
    name: "n",
    agents: { late },
    planner: () => ({ tasks: [{ id: "t", agent: "late", retries: 0 }] }),
    replans: 1,
  });
  const run = await home.orchestrator.start({ objective: "finish" });
  const [question] = (await finish(home, run)).pendingApprovals;
  expect(question).toMatchObject({ kind: "continue", subject: { detector: "same-plan", count: 2 } });
  if (question === undefined) throw new Error("nothing was asked");
  expect(attempts).toBe(1);
  await decide(home, question, "approve");
  await finish(home, run);
  expect(attempts).toBe(2);
});

const page = "The third quarter closed with a loss of four, which is less than expected; see the appendix for details.";
const open = defineTool({
  name: "open",
  effect: "read",
  run: ({ path }: { path: string }) => `${page} (${path.length > 0 ? "read" : "empty"} at ${new Date().toISOString()})`,
});

/** Looks at one file under ever other names, and does something else between, so that no row of its own shows. */
const rereader = (name: string, names: readonly string[]) =>
  defineAgent({
    name,
    tools: [open],
    run: async ({ task }, { tool, write }) => {
      let told = 0;
      for (const path of names) {
        await tool("open", { path: `${path}/${task}` }).catch(() => told++);
        await write(`notes/${task}`, path);
      }
      return told;
    },
    writes: ["notes/*"],
  });

it("M2 L4 a team that reads the same file under other names is told so, and comes to an end", async () => {
  const names = Array.from({ length: 12 }, (_, n) => `${"./".repeat(n)}report.md`);
  const { report, states, found } = await tellStory({
    agents: { reader: rereader("reader", names), checker: rereader("checker", names) },
    planner: {
      tasks: [
        { id: "p", agent: "reader" },
        { id: "q", agent: "checker" },
      ],
    },
    loops: { interventions: 2 },
  });
  expect(found[0]).toMatchObject({ detector: "same-reading", count: 4 });
  expect(states[2]).toBe("looping-detected");
  expect(report).toMatchObject({ status: "failed", failure: { code: "loop.detected" } });
});

const fix = defineTool({
  name: "fix",
  run: ({ path, change }: { path: string; change: number }) =>
    `${path}: the change was written and three tests fail as they did before; ${change > 0 ? "see" : "read"} the log`,
});

it("L3 an agent is held off the file its changes do nothing to, until it has found out something new", async () => {
  const refused: number[] = [];
  const fixer = defineAgent({
    name: "fixer",
    tools: [fix, look],
    run: async (_, { tool }) => {
      for (let change = 1; change <= 6; change++) {
        const path = "src/a.ts";
        await tool("fix", { path, change }).catch(() => refused.push(change));
        if (change === 5) await tool("look", { what: "the documentation" });
      }
      return refused;
    },
  });
  const { report, found } = await tellStory({
    agents: { fixer },
    planner: { tasks: [{ id: "t", agent: "fixer" }] },
  });
  expect(found).toMatchObject([{ detector: "same-result", count: 3, steps: ["t#1/0", "t#1/1", "t#1/2"] }]);
  expect(report).toMatchObject({ status: "completed", output: { t: [4, 5] } });
});

it("F-AGT-12 F-AGT-13 an agent that goes on after it is done, with other words each time, is judged by its acts and stopped", async () => {
  const chatty = defineAgent({
    name: "chatty",
    tools: [look],
    run: async (_, { tool }) => {
      for (let n = 0; n < 100; n++) {
        const rationale = `I have found it and will now finish, as I said ${n} times`;
        await tool("look", { what: n % 2 === 0 ? "this" : "that" }, { rationale }).catch(() => undefined);
      }
      return "never";
    },
  });
  const { report, found } = await tellStory({
    agents: { chatty },
    planner: { tasks: [{ id: "t", agent: "chatty" }] },
  });
  expect(found[0]).toMatchObject({ detector: "period", period: 2, count: 3 });
  expect(report).toMatchObject({ status: "failed", failure: { code: "loop.detected" } });
});

it("F-MOD-08 an agent that makes up tool after tool is stopped, although it names no two alike", async () => {
  const dreamer = defineAgent({
    name: "dreamer",
    run: async (_, { tool }) => {
      for (let n = 0; n < 60; n++)
        await (tool as unknown as (name: string, args: object) => Promise<unknown>)("wish", { n }).catch(() => n);
      return "never";
    },
  });
  const { report, found } = await tellStory({
    agents: { dreamer },
    planner: { tasks: [{ id: "t", agent: "dreamer" }] },
  });
  expect(found[0]).toMatchObject({ detector: "same-failure", count: 5 });
  expect(report).toMatchObject({ status: "failed", failure: { code: "loop.detected" } });
});

it("Q2 an agent that asks a person the same thing five times is taken off the task", async () => {
  const asker = defineAgent({
    name: "asker",
    fallback: "other",
    run: async (_, { ask }) => {
      for (;;) await ask("Shall I go on with the work?");
    },
  });
  const home = house({
    name: "n",
    agents: { asker, other: defineAgent({ name: "other", run: () => "done without asking" }) },
    planner: { tasks: [{ id: "t", agent: "asker" }] },
  });
  const run = await home.orchestrator.start({ objective: "finish" });
  for (let n = 0; n < 4; n++) {
    const [question] = (await finish(home, run)).pendingApprovals;
    if (question === undefined) throw new Error("nothing was asked");
    await decide(home, question, "answer", "yes");
  }
  const report = await finish(home, run);
  expect(report).toMatchObject({ status: "completed", output: { t: "done without asking" }, pendingApprovals: [] });
  expect(foundIn(await journalOf(run))).toMatchObject([{ detector: "same-request", count: 5 }]);
});

it("L4 interventions are counted over a restart: a run that is taken up goes on where the ladder stood", async () => {
  const stubborn = defineAgent({
    name: "stubborn",
    tools: [look],
    run: async (_, { tool, ask }) => {
      for (let n = 0; n < 3; n++) await tool("look", { what: "it" }).catch(() => n);
      await ask("Go on?");
      for (let n = 0; n < 50; n++) await tool("look", { what: "it" }).catch(() => n);
      return "never";
    },
  });
  const config: OrchestratorConfig = {
    name: "n",
    agents: { stubborn },
    planner: { tasks: [{ id: "t", agent: "stubborn" }] },
    loops: { interventions: 1 },
    approvals: { askAboutRun: false },
  };
  const before = house(config);
  const run = await before.orchestrator.start({ objective: "finish" });
  const [question] = (await finish(before, run)).pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  const after = house(config, { store: before.store, time: before.time });
  const taken = await after.orchestrator.resume(run.id);
  await decide(after, question, "answer", "yes");
  expect(await finish(after, taken)).toMatchObject({ status: "failed", failure: { code: "loop.detected" } });
  expect(foundIn(await journalOf(taken))).toHaveLength(2);
});
