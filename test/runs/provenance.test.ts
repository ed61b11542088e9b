/** Provenance, told as runs: what a result was built on, and how far a fault of one attempt has reached. */
import { expect, it } from "vitest";
import { type AgentContext, type Assignment, defineAgent, type Source } from "../../index.ts";
import { decide, finish, house } from "../support/house.ts";

type Work = (assignment: Assignment, context: AgentContext<readonly []>) => unknown;

const says = (name: string, run: Work = () => name) => defineAgent({ name, reads: ["*"], writes: ["*"], run });
const inShort = (sources: readonly Source[]): readonly string[] =>
  sources
    .map(({ by, author, what }) => {
      const of = what.kind === "entry" ? `${what.key}@${what.version}` : what.kind;
      return `${by} heard ${of} of ${author}`;
    })
    .toSorted();

it("I-O9 says what an output was built on: outputs, versions of entries, findings, and what those were built on", async () => {
  const writer = says("writer", async ({ task }, { write, read }) => {
    await write("facts", task);
    await read("facts");
    return task;
  });
  const editor = says("editor", async ({ attempt }, { read }) => {
    await read("facts");
    await read("facts");
    if (attempt === 1) throw new Error("not yet");
    return "edited";
  });
  const home = house({
    name: "n",
    agents: { writer, editor, idler: says("idler") },
    planner: {
      tasks: [
        { id: "a", agent: "writer" },
        { id: "b", agent: "writer", needs: ["a"] },
        { id: "other", agent: "idler" },
        { id: "end", agent: "editor", needs: { draft: "b" }, retries: 1 },
      ],
    },
  });
  const run = await home.orchestrator.start({ objective: "o" });
  await finish(home, run);
  expect(inShort(await run.builtOn({ actor: "end#2" }))).toEqual([
    "b#1 heard output of a#1",
    "end#1 heard facts@2 of b#1",
    "end#1 heard output of b#1",
    "end#2 heard facts@2 of b#1",
    "end#2 heard findings of end#1",
    "end#2 heard output of b#1",
  ]);
  expect(await run.builtOn({ actor: "other#1" })).toEqual([]);
});

it("A-CAS-01 says how far one bad output has reached: everybody it was handed to, and nobody else", async () => {
  const readers = Array.from({ length: 20 }, (_, place) => `r${place}`);
  const bad = says("bad", async (_, { write }) => {
    await write("shared/rule", "wrong");
    return "wrong";
  });
  const reader = says("reader", async (_, { read }) => (await read("shared/rule"))?.value);
  const home = house({
    name: "n",
    agents: { bad, good: says("good"), reader },
    planner: {
      tasks: [
        { id: "bad", agent: "bad" },
        { id: "good", agent: "good" },
        ...readers.map((id) => ({ id, agent: "reader", needs: { go: id === "r0" ? "good" : "bad" } })),
        { id: "apart", agent: "good", needs: ["good"] },
        { id: "end", agent: "good", needs: ["r0", "r1"] },
      ],
    },
  });
  const run = await home.orchestrator.start({ objective: "o" });
  await finish(home, run);
  const reached = new Set((await run.builtFrom({ actor: "bad#1" })).map(({ by }) => by));
  expect([...reached].toSorted()).toEqual([...readers.map((id) => `${id}#1`), "end#1"].toSorted());
});

it("remembers, under a new plan, what was built under the one before", async () => {
  const first = says("first", async (_, { read, write }) => {
    await read("signals/start");
    await write("facts", "old");
    throw new Error("no");
  });
  const second = says("second", async (_, { read }) => (await read("facts"))?.value);
  const asker = says("asker", (_, { ask }) => ask("go?"));
  const home = house({
    name: "n",
    agents: { first, second, asker },
    retries: 0,
    planner: ({ number }) => ({
      tasks:
        number === 1
          ? [
              { id: "wait", agent: "asker" },
              { id: "a", agent: "first", needs: ["wait"] },
            ]
          : [{ id: "b", agent: "second" }],
    }),
  });
  const run = await home.orchestrator.start({ objective: "o" });
  const [question] = (await finish(home, run)).pendingApprovals;
  if (question === undefined) throw new Error("nobody is asked");
  await run.signal("start", "now");
  await decide(home, question, "answer", "yes");
  expect((await finish(home, run)).status).toBe("completed");
  expect(inShort(await run.builtOn({ actor: "b#1" }))).toEqual([
    "a#1 heard output of wait#1",
    "a#1 heard signals/start@1 of orchestrator",
    "b#1 heard facts@1 of a#1",
  ]);
});

it("gives the same after a restart, as it is read from the journal", async () => {
  const config = {
    name: "n",
    agents: { a: says("a"), b: says("b") },
    planner: {
      tasks: [
        { id: "a", agent: "a" },
        { id: "b", agent: "b", needs: ["a"] },
      ],
    },
  };
  const home = house(config);
  const run = await home.orchestrator.start({ objective: "o" });
  await finish(home, run);
  const later = house(config, { store: home.store, time: home.time });
  expect(await later.orchestrator.run(run.id).builtOn({ actor: "b#1" })).toEqual(await run.builtOn({ actor: "b#1" }));
  expect(await run.builtOn({ actor: "b#1" })).toHaveLength(1);
});
