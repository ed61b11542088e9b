/** Runs taken up by other code than wrote them, and checkpoints that cannot be trusted. */
import { describe, expect, it } from "vitest";
import { setup } from "xstate";
import { agentActors, defineAgent, defineTool, type OrchestratorConfig } from "../../index.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { Checkpoint, StorePort } from "../../src/contracts/ports.ts";
import { decide, finish, house } from "../support/house.ts";

const chart = (version: string, first: "tool" | "ask") =>
  setup({ actors: agentActors }).createMachine({
    id: "mind",
    version,
    initial: "working",
    states: {
      working:
        first === "ask"
          ? { invoke: { id: "a", src: "ask", input: { question: "which?" }, onDone: { target: "done" } } }
          : { invoke: { id: "a", src: "tool", input: { tool: "touch", args: 1 }, onDone: { target: "done" } } },
      done: { type: "final" },
    },
  });

describe("a run that waits", () => {
  let touched = 0;
  const touch = defineTool({ name: "touch", effect: "read", run: () => ++touched });
  const config = (version: string, first: "tool" | "ask" = "ask"): OrchestratorConfig => ({
    name: "versions",
    agents: { mind: defineAgent({ name: "mind", tools: [touch], machine: chart(version, first) }) },
    planner: { tasks: [{ id: "think", agent: "mind" }] },
  });
  const left = async (): Promise<{ readonly store: StorePort; readonly id: string }> => {
    const first = house(config("2"));
    const { id } = await first.orchestrator.start({ objective: "decide" });
    await finish(first, first.orchestrator.run(id));
    return { store: first.store, id };
  };

  it.each([
    ["F-SNP-01", "a newer chart, and was left by an older one", "3"],
    ["F-SNP-02", "an older chart, and was left by a newer one", "1"],
  ])("%s is not taken up by %s", async (_, __, version) => {
    const { store, id } = await left();
    await expect(house(config(version), { store }).orchestrator.resume(id)).rejects.toMatchObject({
      code: "machine.version",
    });
  });

  it("F-SNP-07 is not taken up where its agent's chart is missing", async () => {
    const { store, id } = await left();
    const agents = { other: defineAgent({ name: "other", run: () => null }) };
    const other = house({ ...config("2"), agents, planner: { tasks: [{ id: "a", agent: "other" }] } }, { store });
    await expect(other.orchestrator.resume(id)).rejects.toMatchObject({ code: "machine.version" });
  });

  it("F-DUR-17 has diverged where a chart of its version decides otherwise, and nothing is performed", async () => {
    const { store, id } = await left();
    const changed = house(config("2", "tool"), { store });
    await expect(changed.orchestrator.resume(id)).rejects.toMatchObject({ code: "run.diverged" });
    expect(touched).toBe(0);
  });

  it("goes on with the chart that wrote it", async () => {
    const { store, id } = await left();
    const again = house(config("2"), { store });
    const run = await again.orchestrator.resume(id);
    for (const request of (await finish(again, run)).pendingApprovals) await decide(again, request, "answer", "this");
    expect((await finish(again, run)).status).toBe("completed");
  });
});

describe("a run with a checkpoint", () => {
  const ROUNDS = 520;
  const left = async () => {
    let ticks = 0;
    const tick = defineTool({
      name: "tick",
      effect: "once",
      poll: { maxIdentical: ROUNDS + 1 },
      run: () => void ticks++,
    });
    const clock = defineAgent({
      name: "clock",
      tools: [tick],
      run: async (_, { tool, ask }) => {
        for (let round = 0; round < ROUNDS; round++) await tool("tick", null);
        return ask("enough?");
      },
    });
    const config: OrchestratorConfig = {
      name: "checkpoints",
      agents: { clock },
      planner: { tasks: [{ id: "run", agent: "clock" }] },
    };
    const saved: Checkpoint[] = [];
    const store = memoryStore();
    const watched: StorePort = {
      ...store,
      saveCheckpoint: (run, epoch, checkpoint) => {
        saved.push(checkpoint);
        return store.saveCheckpoint(run, epoch, checkpoint);
      },
    };
    const first = house(config, { store: watched });
    const { id } = await first.orchestrator.start({ objective: "tick" });
    await finish(first, first.orchestrator.run(id));
    return { config, id, saved: saved.at(-1), store, ticks: () => ticks };
  };

  const worse: readonly (readonly [string, string, (sound: Checkpoint) => Checkpoint])[] = [
    ["F-SNP-09", "sound", (sound) => sound],
    ["F-SNP-05", "cut off", (sound) => ({ ...sound, body: sound.body.slice(0, -100) })],
    ["F-SNP-05", "not even JSON", (sound) => ({ ...sound, body: "\0" })],
    ["F-SNP-08", "of another journal", (sound) => ({ ...sound, hash: "0".repeat(64) })],
    ["F-SNP-08", "ahead of the journal", (sound) => ({ ...sound, seq: sound.seq + 100_000 })],
    [
      "F-SNP-03",
      "of a state that is not there",
      (sound) => ({ ...sound, body: sound.body.replaceAll("acting", "gone") }),
    ],
  ];

  it.each(worse)("%s goes on the same, and performs nothing again, when it is %s", async (_, how, change) => {
    const { config, id, saved, store, ticks } = await left();
    if (saved === undefined) throw new Error("no checkpoint was made");
    if (how !== "sound") expect(change(saved)).not.toEqual(saved);
    const changed: StorePort = { ...store, loadCheckpoint: async () => change(saved) };
    const next = house(config, { store: changed });
    const run = await next.orchestrator.resume(id);
    for (const request of (await finish(next, run)).pendingApprovals) await decide(next, request, "answer", "yes");
    const report = await finish(next, run);
    expect([report.status, report.output, report.spend.toolCalls, ticks()]).toEqual([
      "completed",
      { run: "yes" },
      ROUNDS,
      ROUNDS,
    ]);
  });
});
