/** The orchestrator under storms, strange events, slow readers and observers that talk back; and its own faults. */
import { expect, it } from "vitest";
import { setup } from "xstate";
import { Core } from "../../actors/kernel/core.ts";
import { logicOf } from "../../actors/kernel/logic.ts";
import { defineAgent, defineTool, memoryStore } from "../../index.ts";
import { commands, options } from "../../machines/commands.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import { accepted, OUTPUT } from "../support/agent-paths.ts";
import { finish, house, journalOf, settle } from "../support/house.ts";
import { PuppetHouse } from "../support/puppet-house.ts";
import { grantOf, planOf, settingsOf, taskOf } from "../support/runs.ts";

const one = (agent: string) => ({ tasks: [{ id: "t", agent }], output: "t" });
const note = defineTool({ name: "note", effect: "read", run: ({ n }: { n: number }) => n });
const busy = (acts: number) =>
  defineAgent({
    name: "busy",
    tools: [note],
    run: async (_, { tool }) => {
      for (let n = 0; n < acts; n++) await tool("note", { n });
      return acts;
    },
  });

it("F-AGT-04 a throw in the orchestrator's own chart ends the run as failed; nothing of it lives on, and the journal is whole", async () => {
  const home = new PuppetHouse({ crashes: false });
  await home.start(settingsOf({ agents: [grantOf("worker"), grantOf("helper")] }));
  await home.answer("plan", { plan: planOf(taskOf("a", { agent: "worker" })), faults: [] });
  await home.finish("a#1", OUTPUT);
  await home.answer("review", accepted, "a#1");
  await home.answer("validate", null);
  expect(home.core.fatal?.code).toBe("machine.failed");
  expect([home.core.actors.size, home.core.pending.size, home.core.timers.all()]).toEqual([1, 0, []]);
});

it("F-AGT-07 actors that answer each other for ever end the run, not the process", () => {
  const again = { type: "tell" as const, params: { to: "orchestrator", event: { type: "ping" } } };
  const chatty = setup({ actions: commands }).createMachine({
    id: "chatty",
    version: "1",
    options,
    entry: again,
    on: { ping: { actions: again } },
  });
  const core = new Core(() => logicOf(chatty), sha256);
  core.step({ kind: "start", to: "orchestrator", event: { type: "start" } }, { at: 0, seq: 1 }, () => undefined);
  expect(core.fatal).toMatchObject({ code: "machine.failed", message: expect.stringContaining("for ever") });
});

it("F-ORC-02 a message to an actor that has ended is a dead letter on record", async () => {
  let late: (() => void) | undefined;
  const eager = defineAgent({
    name: "eager",
    tools: [note],
    run: async (_, { tool }) => {
      late = () => void tool("note", { n: 1 }).catch(() => {});
      return "done";
    },
  });
  const waiting = defineAgent({ name: "waiting", run: (_, { ask }) => ask("go on?") });
  const planner = {
    tasks: [
      { id: "a", agent: "eager" },
      { id: "b", agent: "waiting" },
    ],
  };
  const home = house({ name: "n", agents: { eager, waiting }, planner });
  const run = await home.orchestrator.start({ objective: "o" });
  await finish(home, run);
  late?.();
  await settle();
  await run.cancel();
  const letters = (await journalOf(run)).flatMap(({ ruled }) => ruled.filter(({ rule }) => rule === "dead-letter"));
  expect(letters).toMatchObject([
    { actor: "a#1", verdict: "dropped", reason: expect.stringContaining("act.proposed") },
  ]);
});

it("F-ORC-03 an event nobody knows is refused at the door; from inside it is on record, changes nothing and throws nothing", async () => {
  const asking = defineAgent({ name: "asking", run: (_, { ask }) => ask("go on?") });
  const outside = house({ name: "n", agents: { asking }, planner: one("asking") });
  const run = await outside.orchestrator.start({ objective: "o" });
  expect(() => run.actor.send({ type: "nonsense" })).toThrow(/not an application's to send/);
  const home = new PuppetHouse({ crashes: false });
  await home.start(settingsOf({ agents: [grantOf("worker"), grantOf("helper")] }));
  await home.answer("plan", { plan: planOf(taskOf("a", { agent: "worker" })), faults: [] });
  const before = home.core.root;
  for (const to of ["orchestrator", "a#1"])
    for (const type of ["nonsense", "xstate.init", "__proto__", "hold.granted", ""]) await home.signal({ type }, to);
  expect(home.core.root).toEqual(before);
  expect([home.core.fatal, home.valueOf("a#1")]).toEqual([undefined, { working: "thinking" }]);
});

it("F-ORC-06 a reader of events that is slow holds nothing up, and misses nothing", async () => {
  const home = house({ name: "n", agents: { busy: busy(300) }, planner: one("busy") });
  const run = await home.orchestrator.start({ objective: "o" });
  const events = run.events();
  const first = await events.next();
  expect((await finish(home, run)).status).toBe("completed");
  const seqs = [first.value?.seq];
  for await (const { seq } of events) seqs.push(seq);
  expect(seqs).toEqual(seqs.map((_, n) => n + 1));
  expect(seqs.length).toBeGreaterThan(600);
});

it("F-ORC-08 stopped in the middle of a run, it lets go of it: another process takes it up at once, and nothing is lost", async () => {
  const config = (answer: () => Promise<string>) => {
    const slow = defineTool({ name: "slow", effect: "idempotent", run: (_: object, __) => answer() });
    const agent = defineAgent({
      name: "busy",
      tools: [note, slow],
      run: async (_, { tool }) => [await tool("note", { n: 1 }), await tool("slow", {})],
    });
    return { name: "n", agents: { agent }, planner: one("busy"), graceMs: 10 };
  };
  const store = memoryStore();
  const kept = { ...store, close: async () => {} };
  const home = house(
    config(() => new Promise(() => {})),
    { store: kept },
  );
  const run = await home.orchestrator.start({ objective: "o" });
  await settle();
  const stopping = home.orchestrator.stop();
  await home.time.moveToAsync(home.time.now() + 10);
  await stopping;
  const other = house(
    config(async () => "at last"),
    { store: home.store, time: home.time, othersAreDead: false },
  );
  const resumed = await other.orchestrator.resume(run.id);
  expect((await finish(other, resumed)).output).toEqual([1, "at last"]);
});

it("F-ORC-09 a run that never rests leaves the others their turns", async () => {
  const home = house({ name: "n", agents: { busy: busy(1_000) }, planner: one("busy") });
  const cold = house({ name: "n", agents: { busy: busy(5) }, planner: one("busy") }, { time: home.time });
  const hot = await home.orchestrator.start({ objective: "o" });
  const others = await Promise.all(Array.from({ length: 20 }, () => cold.orchestrator.start({ objective: "o" })));
  await Promise.all(others.map((run) => finish(cold, run)));
  expect((await hot.report()).status).toBe("running");
  expect((await finish(home, hot)).status).toBe("completed");
});

it("F-ORC-10 an observer that sends for everything it sees does not feed itself within one turn, nor keep a run from its end", async () => {
  let depth = 0;
  let deepest = 0;
  let seen = 0;
  const home = house({ name: "n", agents: { busy: busy(20) }, planner: one("busy") });
  const run = await home.orchestrator.start({ objective: "o" });
  home.orchestrator.inspect(() => {
    deepest = Math.max(deepest, ++depth);
    if (++seen < 5_000) void run.signal("seen", seen).catch(() => {});
    depth--;
  });
  expect((await finish(home, run)).status).toBe("completed");
  expect(seen).toBeGreaterThan(20);
  expect(deepest).toBe(1);
});
