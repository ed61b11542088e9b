/** Replay by charts that did not write the journal, and from checkpoints that cannot be used. */
import { describe, expect, it } from "vitest";
import { type AnyStateMachine, createMachine, setup } from "xstate";
import type { OrchestratorConfig } from "../../actors/config.ts";
import { defineAgent } from "../../actors/define-agent.ts";
import { defineTool } from "../../actors/define-tool.ts";
import { agentActors } from "../../actors/kernel/mind.ts";
import { replay } from "../../actors/kernel/replay.ts";
import { agentMachine } from "../../machines/agent.ts";
import { orchestratorMachine } from "../../machines/orchestrator.ts";
import { toolGateMachine } from "../../machines/tool-gate.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import { FIRST_EPOCH } from "../../src/contracts/journal.ts";
import type { Checkpoint, StorePort } from "../../src/contracts/ports.ts";
import { textOf } from "../support/captures.ts";
import { Recorder, RUN } from "../support/recorder.ts";

const look = defineTool({ name: "look", effect: "read", run: async () => "seen" });
const pay = defineTool({ name: "pay", effect: "read", needsApproval: true, run: async () => "paid" });

const mind = (version: string) =>
  setup({ actors: agentActors }).createMachine({
    id: "mind",
    version,
    initial: "looking",
    states: {
      looking: { invoke: { id: "look", src: "tool", input: { tool: "look", args: null }, onDone: { target: "done" } } },
      done: { type: "final" },
    },
  });

const config = (mindVersion = "1"): OrchestratorConfig => ({
  name: "other-code",
  agents: {
    mind: defineAgent({ name: "mind", tools: [look], machine: mind(mindVersion) }),
    clerk: defineAgent({
      name: "clerk",
      tools: [look, pay],
      run: async (_, { tool }) => [await tool("look", null), await tool("pay", null)],
    }),
  },
  planner: {
    tasks: [
      { id: "a", agent: "mind" },
      { id: "b", agent: "clerk", needs: ["a"] },
    ],
  },
});

/** A run that waits for a person. The chart of its first agent has ended; its second agent is at work. */
async function left(): Promise<Recorder> {
  const recorder = new Recorder(config());
  await recorder.record(() => undefined, "awaiting-human");
  return recorder;
}

/** Another process takes the run up, with its own charts. */
const another = (
  { store, time }: Recorder,
  charts: { readonly [kind: string]: AnyStateMachine } = {},
  mindVersion = "1",
) => new Recorder(config(mindVersion), { store, time, charts });

const ofVersion = (version: string): AnyStateMachine =>
  createMachine({ ...orchestratorMachine.config, version } as never, orchestratorMachine.implementations as never);

describe("a changed chart of the same version", () => {
  const changes: readonly (readonly [string, string, AnyStateMachine, RegExp])[] = [
    [
      "an orchestrator that calls no plan sound",
      "orchestrator",
      orchestratorMachine.provide({ guards: { isSound: () => false } }),
      /plan/,
    ],
    [
      "an orchestrator that never waits for people",
      "orchestrator",
      orchestratorMachine.provide({ guards: { isStuck: () => false } }),
      /awaiting-human/,
    ],
    [
      "a gate that asks nobody",
      "tool-gate",
      toolGateMachine.provide({ guards: { needsApproval: () => false } }),
      /asking/,
    ],
    ["an agent that takes no turns", "agent", agentMachine.provide({ guards: { isOutOfTurn: () => true } }), /a#1\/0/],
  ];

  it.each(changes)("F-DUR-17 is found out: %s", async (_, kind, machine, says) => {
    const recorder = await left();
    const entries = await recorder.store.read(RUN, 0, 100);
    const next = another(recorder, { [kind]: machine });
    const error = await next.host.open(RUN).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "run.diverged" });
    const [, seq] = /diverges at entry (\d+):/.exec((error as Error).message) ?? [];
    // The entry it names is the first that this chart works off otherwise: up to the one before it, nothing differs.
    const { core } = await replay({ run: RUN, store: next.store, logics: next.logics, sha256, until: Number(seq) - 1 });
    expect(textOf(core)).toBe(recorder.captures.get(Number(seq) - 1) ?? textOf(core));
    expect(entries[Number(seq) - 1]?.body).toMatch(says);
    expect([next.performed, (await next.store.read(RUN, 0, 100)).length]).toEqual([[], entries.length]);
  });

  it("leaves the run to the chart that wrote it", async () => {
    const recorder = await left();
    const changed = another(recorder, { orchestrator: changes[0]?.[2] as AnyStateMachine });
    await expect(changed.host.open(RUN)).rejects.toMatchObject({ code: "run.diverged" });
    const next = another(recorder);
    await expect(next.host.open(RUN)).resolves.toMatchObject({ run: RUN });
  });
});

describe("a chart of another version", () => {
  it.each([
    ["F-SNP-01", "a newer one", "99"],
    ["F-SNP-02", "an older one", "0"],
  ])("%s is refused: %s", async (_, __, version) => {
    const recorder = await left();
    const next = another(recorder, { orchestrator: ofVersion(version) });
    await expect(next.host.open(RUN)).rejects.toMatchObject({ code: "machine.version" });
    await expect(next.host.open(RUN)).rejects.toThrow(`version ${orchestratorMachine.version} of chart "orchestrator"`);
    expect(next.performed).toEqual([]);
  });

  it.each([
    ["F-SNP-01", "2"],
    ["F-SNP-02", "0"],
  ])("%s is refused from a checkpoint too, where no actor of it lives any more (%s)", async (_, version) => {
    const recorder = await left();
    await keep(recorder, (sound) => sound);
    const next = another(recorder, {}, version);
    await expect(next.host.open(RUN)).rejects.toMatchObject({ code: "machine.version" });
    expect(next.performed).toEqual([]);
  });

  it("F-SNP-02 a journal of a newer format is refused", async () => {
    const recorder = await left();
    const store: StorePort = {
      ...recorder.store,
      read: async (...args) =>
        (await recorder.store.read(...args)).map((entry) => {
          if (entry.seq > 1) return entry;
          const body = entry.body.replace(/"format":\d+/, '"format":999');
          return { ...entry, body, hash: sha256(`\n${body}`) };
        }),
    };
    const { logics } = recorder;
    await expect(replay({ run: RUN, store, logics, sha256 })).rejects.toMatchObject({ code: "machine.version" });
  });
});

/** Gives the run a checkpoint at its head, changed. */
async function keep(
  { store, bodies, captures }: Recorder,
  change: (sound: Checkpoint) => Checkpoint,
): Promise<{ readonly head: number; readonly state: string | undefined }> {
  const head = await store.head(RUN);
  const { epoch = FIRST_EPOCH } = JSON.parse(head?.body ?? "{}") as { readonly epoch?: number };
  const seq = head?.seq ?? 0;
  await store.saveCheckpoint(RUN, epoch, change({ seq, hash: head?.hash ?? "", body: bodies.get(seq) ?? "" }));
  return { head: seq, state: captures.get(seq) };
}

describe("a checkpoint", () => {
  const other = (from: string, to: string) => (sound: Checkpoint) => ({
    ...sound,
    body: sound.body.replaceAll(from, to),
  });

  it("is used when it is sound", async () => {
    const recorder = await left();
    const { state } = await keep(recorder, (sound) => sound);
    const replayed = await recorder.host.replay(RUN);
    expect([replayed.entries, textOf(replayed.core)]).toEqual([0, state]);
  });

  it.each<readonly [string, string, (sound: Checkpoint) => Checkpoint]>([
    ["F-SNP-08", "of another journal", (sound) => ({ ...sound, hash: "0".repeat(64) })],
    ["F-SNP-08", "of another entry", (sound) => ({ ...sound, seq: sound.seq - 1 })],
    ["F-SNP-08", "ahead of the journal", (sound) => ({ ...sound, seq: sound.seq + 1 })],
    ["F-SNP-01", "of an older version", other('"version":"1"', '"version":"0"')],
    ["F-SNP-02", "of a newer version", other('"version":"1"', '"version":"2"')],
    ["F-SNP-05", "cut off", (sound) => ({ ...sound, body: sound.body.slice(0, -1) })],
    ["F-SNP-05", "empty", (sound) => ({ ...sound, body: "" })],
    ["F-SNP-03", "of a state that is not there", other('"value":"awaiting-human"', '"value":"nowhere"')],
    ["F-SNP-07", "of a chart that is not there", other('"kind":"approval"', '"kind":"disapproval"')],
  ])("%s is passed over when it is %s, and the journal is enough", async (_, __, change) => {
    const recorder = await left();
    const { head, state } = await keep(recorder, change);
    const replayed = await recorder.host.replay(RUN);
    expect([replayed.entries, textOf(replayed.core)]).toEqual([head, state]);
    expect(another(recorder).performed).toEqual([]);
  });
});
