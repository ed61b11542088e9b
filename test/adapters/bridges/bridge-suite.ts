/**
 * Bridge suite: one story, told by an agent of each framework, with the framework as it is.
 *
 * The agent searches, publishes what it found, and says so. Its model is a script that looks at nothing but how many
 * answers it has had: asked again, it says the same again.
 */
import { expect, it } from "vitest";
import type { AgentContext, Assignment, OrchestratorConfig } from "../../../index.ts";
import { defineAgent, modelPrices, type RuntimeError } from "../../../index.ts";
import type { BridgedSettings } from "../../../src/adapters/bridges/bridging.ts";
import { memoryStore } from "../../../src/adapters/stores/memory.ts";
import type { RunReport } from "../../../src/contracts/report.ts";
import type { AnyTool } from "../../../src/contracts/tools.ts";
import { faultStore } from "../../../src/testing/fault-store.ts";
import { decide, type House, house, journalOf } from "../../support/house.ts";

/** What one turn of the model says: a call, or its last word. Given what it heard last. */
export type Turn = { readonly call: string; readonly args: unknown } | { readonly text: (heard: string) => string };

export const TURNS: readonly Turn[] = [
  { call: "search", args: { topic: "otters" } },
  { call: "publish", args: { text: "Otters hold hands." } },
  { text: (heard) => `I heard: ${heard}` },
];

export const turnOf = (answers: number): Turn => TURNS[answers] ?? { text: () => "lost" };

/** What was really done. */
export class World {
  readonly searched: string[] = [];
  readonly published: string[] = [];
  /** How often the model was asked, by how many answers it had had. */
  readonly asked: number[] = [];

  readonly search = ({ topic }: { topic: string }): string => {
    this.searched.push(topic);
    return `${topic} hold hands`;
  };

  readonly publish = ({ text }: { text: string }): string => {
    this.published.push(text);
    return "published";
  };
}

export interface BridgeSetup {
  readonly world: World;
  readonly settings: Readonly<Record<string, BridgedSettings>>;
  readonly prices: ReturnType<typeof modelPrices>;
  readonly maxOutputTokens: number;
}

export interface Bridged {
  readonly tools: readonly AnyTool[];
  // biome-ignore lint/suspicious/noExplicitAny: the tools are known while running only
  readonly run: (assignment: Assignment, context: AgentContext<any>) => Promise<unknown>;
}

const PRICES = modelPrices({
  test: { models: { small: { cost: { input: 1_000, output: 1_000 }, limit: { output: 100 } } } },
});

const SETTINGS: BridgeSetup["settings"] = { search: { effect: "read" }, publish: { effect: "once" } };

/** The story's question to a person, told truthfully. */
async function answer(home: House, world: World, { pendingApprovals }: RunReport): Promise<void> {
  for (const question of pendingApprovals)
    if (question.kind === "unknown" && world.published.length > 0) await decide(home, question, "answer", "published");
    else await decide(home, question, "approve");
}

export function bridgeSuite(make: (setup: BridgeSetup) => Bridged): void {
  const config = (world: World, settings = SETTINGS, more: Partial<OrchestratorConfig> = {}): OrchestratorConfig => ({
    name: "press",
    agents: {
      writer: defineAgent({ name: "writer", ...make({ world, settings, prices: PRICES, maxOutputTokens: 50 }) }),
    },
    planner: { tasks: [{ id: "t", agent: "writer" }], output: "t" },
    retries: 0,
    parkAfterMs: 0,
    graceMs: 0,
    ...more,
  });

  /** Lives through a run, answering what is asked. No time passes: nothing waits for any. */
  const live = async (home: House, world: World, runId?: string): Promise<RunReport> => {
    const { orchestrator } = home;
    const run =
      runId === undefined ? await orchestrator.start({ objective: "otters" }) : await orchestrator.resume(runId);
    for (;;) {
      const report = await run.result;
      if (report.status !== "suspended") return report;
      await answer(home, world, report);
    }
  };

  it("each call of a tool and of the model is judged, paid for and recorded", async () => {
    const world = new World();
    const home = house(config(world));
    const report = await live(home, world);
    expect(report).toMatchObject({ status: "completed", output: "I heard: published" });
    expect([world.searched, world.published, world.asked]).toEqual([["otters"], ["Otters hold hands."], [0, 1, 2]]);
    expect(report.spend).toMatchObject({ toolCalls: 5, tokens: 36, costMicroUsd: 36_000 });
    const acts = (await journalOf(home.orchestrator.run(report.run))).flatMap(({ intents }) =>
      intents.filter(({ src }) => src === "execute"),
    );
    expect(acts).toHaveLength(5);
  });

  it("A-GOAL-01 what a policy denies is not done; the model hears why, and the agent goes on", async () => {
    const world = new World();
    const policy: OrchestratorConfig["policy"] = {
      id: "no-publishing",
      decide: ({ resource }) =>
        resource === "publish"
          ? { kind: "deny", rule: "no-publishing", reason: "nothing is published on Fridays" }
          : { kind: "allow", rule: "rest" },
    };
    const report = await live(house(config(world, SETTINGS, { policy })), world);
    expect(report.status).toBe("completed");
    expect(report.output).toMatch(/nothing is published on Fridays/);
    expect(world.published).toEqual([]);
  });

  it("A-ID-06 what needs approval waits for a person, who says no or yes to exactly that", async () => {
    const settings = { ...SETTINGS, publish: { effect: "once", needsApproval: true } } as const;
    const told: unknown[] = [];
    for (const word of ["approve", "reject"] as const) {
      const world = new World();
      const home = house(config(world, settings));
      const run = await home.orchestrator.start({ objective: "otters" });
      const { pendingApprovals } = await run.result;
      expect(pendingApprovals).toMatchObject([
        { kind: "approve", tool: "publish", subject: { text: "Otters hold hands." } },
      ]);
      expect(world.published).toEqual([]);
      const [question] = pendingApprovals;
      if (question !== undefined) await decide(home, question, word);
      told.push((await run.result).output, world.published.length);
    }
    expect(told).toEqual(["I heard: published", 1, expect.stringMatching(/ann said no/), 0]);
  });

  it("F-BUD-01 the model is not asked for what there is no money for", async () => {
    const world = new World();
    const report = await live(
      house(config(world, SETTINGS, { budget: { maxCostUsd: 0.001 }, approvals: { askAboutRun: false } })),
      world,
    );
    expect(report.status).not.toBe("completed");
    expect(world.asked).toEqual([]);
  });

  it("A-TOOL-04 arguments that the model got wrong are refused, and told to it", async () => {
    const world = new World();
    const settings = { ...SETTINGS, search: { effect: "read" } } as const;
    const home = house(config(world, settings));
    const wrong = TURNS[0] as { args: unknown };
    const { args } = wrong;
    wrong.args = { theme: "otters" };
    try {
      const report = await live(home, world);
      expect(report.status).toBe("completed");
      expect(world.searched).toEqual([]);
    } finally {
      wrong.args = args;
    }
  });

  it("F-DUR-01 killed at any of its writes, it ends the same: nothing is published twice, and no answer is asked for again", async () => {
    const counting = faultStore(memoryStore());
    const first = new World();
    await live(house(config(first), { store: counting }), first);
    expect(counting.writes).toBeGreaterThan(5);
    for (let at = 1; at <= counting.writes; at++)
      for (const when of ["before", "after"] as const) {
        const world = new World();
        const inner = memoryStore();
        const dying = house(config(world), { store: faultStore(inner, [{ kind: "kill", at, when }]) });
        await live(dying, world).catch((error: RuntimeError) => expect(error.message).toMatch(/fault/));
        const known = (await inner.runs({}))[0]?.run;
        const asked = world.asked.length;
        const report = await live(house(config(world), { store: inner }), world, known);
        expect(report, `killed ${when} write ${at}`).toMatchObject({
          status: "completed",
          output: "I heard: published",
        });
        expect(world.published, `killed ${when} write ${at}`).toEqual(["Otters hold hands."]);
        // Only an answer that was not on record yet is asked for again.
        expect(world.asked.length, `killed ${when} write ${at}, after ${asked}`).toBeLessThanOrEqual(4);
      }
  });
}
