/** The process dies before or after each write of a run whose agents delegate; another takes it up and ends it. */
import { describe, expect, it } from "vitest";
import { defineAgent, defineTool, type OrchestratorConfig } from "../../index.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import { type Fault, faultStore } from "../../src/testing/fault-store.ts";
import { handTime } from "../../src/testing/hand-time.ts";
import { decide, finish, type House, house, journalOf, START } from "../support/house.ts";

/** What was really done outside, and how often. */
type World = Map<string, number>;

function configFor(world: World): OrchestratorConfig {
  const did = (what: string): string => {
    world.set(what, (world.get(what) ?? 0) + 1);
    return what;
  };
  const look = defineTool({ name: "look", effect: "read", run: ({ at }: { at: string }) => `seen ${at}` });
  const pay = defineTool({
    name: "pay",
    effect: "once",
    needsApproval: ({ to }: { to: string }) => to === "clerk",
    estimate: () => ({ costUsd: 1 }),
    run: ({ to }) => did(`paid ${to}`),
  });
  const tools = [look, pay] as const;
  const keys = { reads: ["*"], writes: ["*"] };
  const lead = defineAgent({
    name: "lead",
    tools,
    ...keys,
    delegates: ["scout", "clerk"],
    run: async ({ attempt }, { delegate }) => {
      const parts = await Promise.all([
        delegate("scout", { objective: "the hill" }),
        delegate("clerk", { objective: "the file", tools: ["pay"] }),
      ]);
      if (attempt === 1) throw new Error("the first attempt fails when its parts are done");
      return parts;
    },
  });
  const scout = defineAgent({
    name: "scout",
    tools,
    ...keys,
    delegates: ["clerk"],
    run: async ({ objective }, { tool, write, delegate }) => {
      await write(`facts/${objective}`, await tool("look", { at: objective }));
      const paid = await tool("pay", { to: "scout" });
      return [paid, await delegate("clerk", { objective: "the hill's file", tools: ["look"] })];
    },
  });
  const clerk = defineAgent({
    name: "clerk",
    tools,
    run: async ({ objective, authority }, { tool }) =>
      authority?.tools.includes("pay") ? tool("pay", { to: "clerk" }) : tool("look", { at: objective }),
  });
  return {
    name: "office",
    agents: { lead, scout, clerk },
    planner: { tasks: [{ id: "t", agent: "lead" }] },
    budget: { maxCostUsd: 5 },
    parkAfterMs: 0,
    graceMs: 0,
  };
}

/** Answers whatever is asked, truthfully, until the run is over. */
async function live(home: House, world: World, runId?: string) {
  const { orchestrator } = home;
  const run = runId === undefined ? await orchestrator.start({ objective: "both" }) : await orchestrator.resume(runId);
  for (;;) {
    const report = await finish(home, run);
    if (report.status !== "suspended") return report;
    for (const request of report.pendingApprovals) await answer(home, world, request);
  }
}

async function answer(home: House, world: World, request: ApprovalRequest): Promise<void> {
  const what = `paid ${(request.subject as { readonly to: string }).to}`;
  if (request.kind === "unknown" && world.has(what)) await decide(home, request, "answer", what);
  else await decide(home, request, "approve");
}

/** Each fault ends one process; the last one is left alone. */
async function crashAndRecover(...faults: readonly Fault[]) {
  const world: World = new Map();
  const inner = memoryStore();
  const time = handTime(START);
  const known = async (): Promise<string | undefined> => (await inner.runs({}))[0]?.run;
  for (const fault of faults) {
    const faulty = house(configFor(world), { store: faultStore(inner, [fault]), time });
    const died = (error: Error) => expect(error.message).toMatch(/fault|taken over|no more input/);
    await live(faulty, world, await known()).catch(died);
  }
  const last = house(configFor(world), { store: inner, time });
  const report = await live(last, world, await known());
  const ruled = (await journalOf(last.orchestrator.run(report.run))).flatMap((entry) => entry.ruled);
  return { report, world, granted: ruled.filter(({ rule }) => rule === "delegation.granted").length };
}

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

const essence = ({ status, output, tasks }: Awaited<ReturnType<typeof live>>) => ({ status, output, tasks });

describe("a run with delegation whose process dies at each of its writes", async () => {
  const world: World = new Map();
  const counting = faultStore(memoryStore());
  const undisturbed = await live(house(configFor(world), { store: counting }), world);
  const writes = counting.writes;

  it("is a run worth it: parts of parts, calls that must not happen twice, and a second attempt at the whole", () => {
    expect(undisturbed.status).toBe("completed");
    expect(undisturbed.tasks.map(({ id, attempts }) => `${id} ${attempts}`)).toEqual([
      "t 2",
      "t/0 1",
      "t/1 1",
      "t/0/0 1",
    ]);
    expect([...world]).toEqual([
      ["paid scout", 1],
      ["paid clerk", 1],
    ]);
    expect(writes).toBeGreaterThan(15);
  });

  const faults = upTo(writes).flatMap((at) => [
    { kind: "kill", at, when: "before" } as const,
    { kind: "kill", at, when: "after" } as const,
  ]);

  it.each(faults)(
    "F-DUR-01 G4 killed $when write $at: ends like the undisturbed run, and has no part done twice",
    async (fault) => {
      const { report, world: after, granted } = await crashAndRecover(fault);
      expect(essence(report)).toEqual(essence(undisturbed));
      expect(new Map(after)).toEqual(world);
      expect(granted).toBe(3);
    },
  );

  it.each(upTo(Math.ceil(writes / 3)).map((third) => third * 3))(
    "F-DUR-04 killed after write %i, and again in the recovery: ends the same",
    async (at) => {
      const again = { kind: "kill", at: 3, when: "after" } as const;
      const { report, world: after } = await crashAndRecover({ kind: "kill", at, when: "after" }, again);
      expect(essence(report)).toEqual(essence(undisturbed));
      expect(new Map(after)).toEqual(world);
    },
  );
});
