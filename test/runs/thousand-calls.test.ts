/** A thousand calls of ten cents against five dollars, all at once, and the process dies in the middle of it. */
import { describe, expect, it } from "vitest";
import { defineAgent, defineTool, type OrchestratorConfig } from "../../index.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { EffectClass } from "../../src/contracts/tools.ts";
import { type Fault, faultStore } from "../../src/testing/fault-store.ts";
import { handTime } from "../../src/testing/hand-time.ts";
import { decide, finish, type House, house, START } from "../support/house.ts";

const CALLS = 1_000;
const PRICE = 100_000;
const CAP = 5_000_000;

/** What the provider bills: at the moment it is called, whether or not anybody hears of it. */
class Provider {
  billed = 0;
  calls = 0;
  async call(): Promise<string> {
    this.billed += PRICE;
    this.calls++;
    await new Promise<void>((resolve) => setImmediate(resolve));
    return "done";
  }
}

const toolOf = (provider: Provider, effect: EffectClass) =>
  defineTool({
    name: "model",
    effect,
    estimate: () => ({ costUsd: 0.1 }),
    run: (_: { n: number }) => provider.call(),
    reconcile: () => ({ kind: "unknown" }),
  });

/** One task for each call, and any of them may be left out. */
function fanOut(provider: Provider, effect: EffectClass): OrchestratorConfig {
  const worker = defineAgent({
    name: "worker",
    tools: [toolOf(provider, effect)],
    run: ({ input }, { tool }) => tool("model", input as { n: number }),
  });
  const tasks = Array.from({ length: CALLS }, (_, n) => ({
    id: `t${n}`,
    agent: "worker",
    input: { n },
    optional: true,
    retries: 0,
  }));
  return shared({ worker }, tasks);
}

/** One agent that makes them all. */
function burst(provider: Provider, effect: EffectClass): OrchestratorConfig {
  const worker = defineAgent({
    name: "worker",
    tools: [toolOf(provider, effect)],
    run: async (_, { tool }) => {
      const ends = await Promise.allSettled(Array.from({ length: CALLS }, (_call, n) => tool("model", { n })));
      return ends.filter(({ status }) => status === "fulfilled").length;
    },
  });
  return shared({ worker }, [{ id: "burst", agent: "worker" }]);
}

const shared = (
  agents: OrchestratorConfig["agents"],
  tasks: Extract<OrchestratorConfig["planner"], { readonly tasks: unknown }>["tasks"],
): OrchestratorConfig => ({
  name: "thousand",
  agents,
  planner: { tasks },
  budget: { maxCostUsd: 5, onExceeded: ["trim", "finish"] },
  loops: { identical: 2_000 },
  concurrency: CALLS,
  parkAfterMs: 1e9,
  graceMs: 0,
});

/** Nobody knows what became of a lost call; it is to be made again. */
async function live(home: House, runId?: string) {
  const run =
    runId === undefined ? await home.orchestrator.start({ objective: "spend" }) : await home.orchestrator.resume(runId);
  for (;;) {
    const report = await finish(home, run);
    if (report.status !== "suspended") return report;
    for (const request of report.pendingApprovals) await decide(home, request, "approve");
  }
}

async function spend(config: (provider: Provider) => OrchestratorConfig, fault?: Fault) {
  const provider = new Provider();
  const inner = memoryStore();
  const time = handTime(START);
  const store = faultStore(inner, fault === undefined ? [] : [fault]);
  const first = await live(house(config(provider), { store, time })).catch(() => undefined);
  const known = (await inner.runs({}))[0]?.run;
  const report = first ?? (await live(house(config(provider), { store: inner, time }), known));
  return { report, provider, writes: store.writes, died: first === undefined };
}

describe.each([
  ["as a thousand tasks", fanOut],
  ["of one agent", burst],
] as const)("a thousand calls at once, %s", (_, shape) => {
  it("F-BUD-01 I-B6 bill the cap and not a cent more", async () => {
    const { report, provider } = await spend((one) => shape(one, "read"));
    // Where the refusal ends the run in the entry that holds for the first fifty, none of them is made.
    expect([0, CAP]).toContain(provider.billed);
    expect(report.spend.costMicroUsd).toBe(CAP);
    expect(report.status).toBe(provider.billed === CAP ? "completed" : "failed");
  });

  it.each(["read", "idempotent", "once", "reconcilable"] as const)(
    "F-BUD-01 F-BUD-02 F-BUD-11 I-B6 bill no more when the process dies in the middle, as %s calls",
    async (effect) => {
      const { writes } = await spend((one) => shape(one, effect));
      let deaths = 0;
      for (const share of effect === "read" ? [0.3, 0.6] : [0.5]) {
        const at = Math.max(2, Math.round(writes * share));
        const { report, provider, died } = await spend((one) => shape(one, effect), {
          kind: "kill",
          at,
          when: "after",
        });
        deaths += died ? 1 : 0;
        expect(provider.billed).toBeLessThanOrEqual(CAP);
        expect(report.spend.costMicroUsd).toBeLessThanOrEqual(CAP);
        expect(report.spend.costMicroUsd).toBeGreaterThanOrEqual(provider.billed);
      }
      expect(deaths).toBeGreaterThan(0);
    },
  );
});
