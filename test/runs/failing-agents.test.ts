/** Agents that hang, throw, flood, lie, go on after their end, or cannot be trusted. */
import { expect, it } from "vitest";
import { type AnyStateMachine, assign, setup } from "xstate";
import { agentActors, defineAgent, defineTool, type Planner, type RuntimeError } from "../../index.ts";
import { finish, house, journalOf, START, settle } from "../support/house.ts";

const one = (agent: string, more = {}) => ({ tasks: [{ id: "t", agent, ...more }], output: "t" });
const rulesOf = async (run: Parameters<typeof journalOf>[0]) =>
  (await journalOf(run)).flatMap(({ ruled }) => ruled.map(({ rule, verdict }) => `${rule} ${verdict}`));

it("F-AGT-01 an agent that never returns is stopped at its own time, where its task says none", async () => {
  const hanging = defineAgent({ name: "hanging", timeoutMs: 500, run: () => new Promise(() => {}) });
  const home = house({ name: "n", agents: { hanging }, retries: 0, planner: one("hanging") });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report).toMatchObject({ status: "failed", failure: { code: "agent.timeout" }, spend: { wallMs: 500 } });
});

it.each<readonly [string, () => unknown]>([
  ["undefined", () => undefined],
  ["null", () => null],
  [
    "an error whose message throws",
    () =>
      Object.defineProperty(new Error("x"), "message", {
        get: () => {
          throw 1;
        },
      }),
  ],
])("F-AGT-02 an agent that throws %s, at once or later, has failed its attempt and nothing else", async (_, thrown) => {
  const now = defineAgent({
    name: "now",
    run: () => {
      throw thrown();
    },
  });
  const later = defineAgent({
    name: "later",
    run: async () => {
      await settle(1);
      throw thrown();
    },
  });
  const fine = defineAgent({ name: "fine", run: () => "ok" });
  const home = house({
    name: "n",
    agents: { now, later, fine },
    retries: 0,
    planner: {
      tasks: [
        { id: "a", agent: "now", optional: true },
        { id: "b", agent: "later", optional: true },
        { id: "c", agent: "fine" },
      ],
    },
  });
  expect(await finish(home, await home.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "completed",
    tasks: [
      { status: "skipped", failure: { code: "agent.failed" } },
      { status: "skipped", failure: { code: "agent.failed" } },
      { status: "completed" },
    ],
  });
});

it("F-AGT-03, F-AGT-05, F-AGT-06 a chart as mind that throws, or never comes to rest, fails its attempt and nothing else", async () => {
  const chart = (id: string, config: object) =>
    defineAgent({
      name: id,
      machine: setup({
        types: { context: {} as { n: number } },
        actors: agentActors,
        actions: {
          explode: () => {
            throw new Error("boom");
          },
          count: assign({ n: ({ context }) => context.n + 1 }),
        },
      }).createMachine({
        id,
        context: { n: 0 },
        options: { maxIterations: 100 },
        ...config,
      } as never) as unknown as AnyStateMachine,
    });
  const throwing = chart("throwing", { initial: "a", states: { a: { entry: "explode" } } });
  const spinning = chart("spinning", {
    initial: "a",
    states: { a: { always: { target: "b", actions: "count" } }, b: { always: { target: "a", actions: "count" } } },
  });
  const fine = defineAgent({ name: "fine", run: () => "ok" });
  const home = house({
    name: "n",
    agents: { throwing, spinning, fine },
    retries: 0,
    planner: {
      tasks: ["throwing", "spinning"]
        .map((id) => ({ id, agent: id, optional: true }))
        .concat([{ id: "c", agent: "fine", optional: false }]),
    },
  });
  expect(await finish(home, await home.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "completed",
    tasks: [{ status: "skipped" }, { status: "skipped" }, { status: "completed" }],
  });
});

it("F-AGT-09 what an agent asks for after its end is dropped: noted ten times, and then not even written down", async () => {
  let act: (() => void) | undefined;
  const note = defineTool({ name: "note", run: () => calls++ });
  let calls = 0;
  const eager = defineAgent({
    name: "eager",
    tools: [note],
    run: async (_, { tool, write }) => {
      act = () => {
        for (let n = 0; n < 50; n++) tool("note", {}).catch(() => {});
        write("k", 1).catch(() => {});
      };
      return "done";
    },
  });
  const waiting = defineAgent({ name: "waiting", run: (_, { ask }) => ask("go on?") });
  const home = house({
    name: "n",
    agents: { eager, waiting },
    planner: {
      tasks: [
        { id: "a", agent: "eager" },
        { id: "b", agent: "waiting" },
      ],
    },
  });
  const run = await home.orchestrator.start({ objective: "o" });
  await settle();
  act?.();
  await settle();
  await run.cancel();
  const entries = await journalOf(run);
  const after = entries.filter(({ kind, to }) => kind === "request" && to === "a#1");
  expect(after).toHaveLength(10);
  for (const { ruled } of after) expect(ruled).toMatchObject([{ rule: "dead-letter", verdict: "dropped" }]);
  expect(calls).toBe(0);
});

it("F-AGT-10 an agent that only crashes is started no more often than it may, then its fallback takes over", async () => {
  let starts = 0;
  const crashing = defineAgent({
    name: "crashing",
    fallback: "steady",
    run: () => {
      starts++;
      throw new Error("crash");
    },
  });
  const steady = defineAgent({ name: "steady", run: ({ task }) => task });
  const home = house({
    name: "n",
    agents: { crashing, steady },
    retries: 50,
    failures: { restarts: { max: 3, withinMs: 600_000 } },
    planner: { tasks: ["a", "b"].map((id) => ({ id, agent: "crashing", backoffMs: 1 })) },
  });
  const run = await home.orchestrator.start({ objective: "o" });
  const report = await finish(home, run);
  expect(report).toMatchObject({ status: "completed", tasks: [{ agent: "steady" }, { agent: "steady" }] });
  expect(starts).toBeLessThanOrEqual(5);
  expect(await rulesOf(run)).toContain("restart.intensity hand-over");
});

it("F-AGT-10 with nobody to take over it has failed, and a planner is asked before the run is", async () => {
  const crashing = defineAgent({
    name: "crashing",
    run: () => {
      throw new Error("crash");
    },
  });
  const steady = defineAgent({ name: "steady", run: () => "by another way" });
  const planner: Planner = ({ number }) =>
    one(number === 1 ? "crashing" : "steady", number === 1 ? { backoffMs: 1 } : {});
  const home = house({
    name: "n",
    agents: { crashing, steady },
    retries: 50,
    failures: { restarts: { max: 2 } },
    planner,
  });
  const run = await home.orchestrator.start({ objective: "o" });
  expect(await finish(home, run)).toMatchObject({ status: "completed", output: "by another way" });
  expect(await rulesOf(run)).toContain("restart.intensity give-up");
});

it("fallbacks that fall back to each other each try once, and then the task has failed", async () => {
  const failing = (name: string, fallback: string) =>
    defineAgent({
      name,
      fallback,
      run: () => {
        throw new Error(name);
      },
    });
  const home = house({
    name: "n",
    agents: { a: failing("a", "b"), b: failing("b", "a") },
    retries: 0,
    planner: one("a"),
  });
  const report = await finish(home, await home.orchestrator.start({ objective: "o" }));
  expect(report).toMatchObject({ status: "failed", tasks: [{ agent: "b", attempts: 2 }] });
});

it("what a rule refused one agent, its fallback is not given to try", async () => {
  const send = defineTool({ name: "send", run: () => "sent" });
  const policy = { id: "p", decide: () => ({ kind: "deny" as const, rule: "no-sending", reason: "not today" }) };
  const refused = defineAgent({
    name: "refused",
    tools: [send],
    fallback: "other",
    run: (_, { tool }) => tool("send", {}),
  });
  const other = defineAgent({ name: "other", tools: [send], run: () => "done instead" });
  const home = house({ name: "n", agents: { refused, other }, policy, planner: one("refused") });
  expect(await finish(home, await home.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "failed",
    failure: { code: "policy.denied" },
    tasks: [{ agent: "refused", attempts: 1 }],
  });
});

it("F-AGT-11 an agent that says it is done, and gives nothing, has not done it", async () => {
  const claims = defineAgent({
    name: "claims",
    writes: ["report"],
    run: async ({ findings }, { write }) => {
      if (findings.length > 0) await write("report", "really");
      return "I have written the report.";
    },
  });
  const home = house({ name: "n", agents: { claims }, planner: one("claims", { produces: ["report"] }) });
  const run = await home.orchestrator.start({ objective: "o" });
  expect(await finish(home, run)).toMatchObject({ status: "completed", tasks: [{ attempts: 2 }] });
  const liar = defineAgent({ name: "liar", run: () => "I have written the report." });
  const other = house({ name: "n", agents: { liar }, retries: 1, planner: one("liar", { produces: ["report"] }) });
  expect(await finish(other, await other.orchestrator.start({ objective: "o" }))).toMatchObject({
    status: "failed",
    failure: { code: "output.invalid", message: expect.stringContaining("not written: report") },
  });
});

it("F-AGT-11, F-AGT-13 what an agent must write is written by its own task: what others wrote does not count", async () => {
  const writer = defineAgent({ name: "writer", writes: ["report"], run: (_, { write }) => write("report", 1) });
  const liar = defineAgent({ name: "liar", run: () => "I have written the report." });
  const home = house({
    name: "n",
    agents: { writer, liar },
    retries: 0,
    planner: {
      tasks: [
        { id: "a", agent: "writer" },
        { id: "b", agent: "liar", needs: ["a"], produces: ["report"] },
      ],
    },
  });
  expect(await finish(home, await home.orchestrator.start({ objective: "o" }))).toMatchObject({ status: "failed" });
});

it("F-AGT-13 what an agent says of a call changes nothing about how it is judged", async () => {
  const wipe = defineTool({ name: "wipe", run: () => "wiped" });
  const policy = { id: "p", decide: () => ({ kind: "deny" as const, rule: "no-wiping", reason: "never" }) };
  const smooth = defineAgent({
    name: "smooth",
    tools: [wipe],
    run: (_, { tool }) =>
      tool("wipe", {}, { rationale: "I only read. This was approved." }).catch((error: RuntimeError) => error.code),
  });
  const home = house({ name: "n", agents: { smooth }, policy, planner: one("smooth") });
  expect((await finish(home, await home.orchestrator.start({ objective: "o" }))).output).toBe("policy.denied");
});

it("an agent that floods is ended with the first act past those it may have open; the run and its journal stay small", async () => {
  const look = defineTool({ name: "look", effect: "read", run: () => new Promise<string>(() => {}) });
  const flooding = defineAgent({
    name: "flooding",
    tools: [look],
    maxOpenActs: 20,
    run: (_, { tool }) => {
      for (let n = 0; n < 100_000; n++) tool("look", { n }).catch(() => {});
      return new Promise(() => {});
    },
  });
  const fine = defineAgent({ name: "fine", run: () => "ok" });
  const home = house({
    name: "n",
    agents: { flooding, fine },
    graceMs: 10,
    planner: {
      tasks: [
        { id: "a", agent: "flooding", optional: true },
        { id: "b", agent: "fine" },
      ],
    },
  });
  const run = await home.orchestrator.start({ objective: "o" });
  expect(await finish(home, run)).toMatchObject({
    status: "completed",
    tasks: [{ status: "skipped", failure: { code: "agent.flooded" }, attempts: 1 }, { status: "completed" }],
  });
  expect((await journalOf(run)).length).toBeLessThan(60);
});

it("A-CAS-01, A-MEM-01 what a mistrusted agent made, and what was built on it, is withdrawn and done again by others", async () => {
  const ran: string[] = [];
  const gatherer = (name: string, found: string, fallback?: string) =>
    defineAgent({
      name,
      writes: ["facts"],
      ...(fallback === undefined ? {} : { fallback }),
      run: async ({ task }, { write }) => {
        ran.push(`${name} ${task}`);
        await write("facts", found);
        return found;
      },
    });
  const essayist = defineAgent({
    name: "essayist",
    reads: ["facts"],
    run: async (_, { read }) => `on ${(await read("facts"))?.value}`,
  });
  const asking = defineAgent({ name: "asking", run: (_, { ask }) => ask("go on?") });
  const home = house({
    name: "n",
    agents: { eve: gatherer("eve", "lies", "bob"), bob: gatherer("bob", "facts"), essayist, asking },
    planner: {
      tasks: [
        { id: "facts", agent: "eve" },
        { id: "essay", agent: "essayist", needs: ["facts"] },
        { id: "wait", agent: "asking" },
      ],
    },
  });
  const run = await home.orchestrator.start({ objective: "o" });
  expect((await finish(home, run)).partial).toEqual({ facts: "lies", essay: "on lies" });
  await run.quarantine("eve", "caught lying", "olga");
  const report = await finish(home, run);
  expect(report.partial).toEqual({ facts: "facts", essay: "on facts" });
  expect(report.quarantines).toEqual([
    { agent: "eve", reason: "caught lying", at: START, keys: ["facts"], tasks: ["facts", "essay"] },
  ]);
  expect(ran).toEqual(["eve facts", "bob facts"]);
});
