/** The process dies before or after each write of a run's life; another takes the run up and ends it. */
import { describe, expect, it } from "vitest";
import { defineAgent, defineTool } from "../../index.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import { type Fault, faultStore } from "../../src/testing/fault-store.ts";
import { handTime } from "../../src/testing/hand-time.ts";
import { decide, finish, type House, house, START } from "../support/house.ts";

/** The world outside: what was really done, and how often. */
class World {
  readonly done = new Map<string, number>();
  do(what: string): number {
    const times = (this.done.get(what) ?? 0) + 1;
    this.done.set(what, times);
    return times;
  }
}

function configFor(world: World) {
  const fetch = defineTool({ name: "fetch", effect: "read", run: ({ of }: { of: string }) => `facts about ${of}` });
  const post = defineTool({
    name: "post",
    effect: "idempotent",
    run: ({ text }: { text: string }, { idempotencyKey }) => {
      world.done.set(`post ${idempotencyKey}`, 1);
      return `posted ${text}`;
    },
  });
  const charge = defineTool({
    name: "charge",
    effect: "once",
    needsApproval: true,
    estimate: () => ({ costUsd: 1 }),
    run: ({ amount }: { amount: number }) => {
      world.do(`charge ${amount}`);
      return `charged ${amount}`;
    },
  });
  const transfer = defineTool({
    name: "transfer",
    effect: "reconcilable",
    run: ({ to }: { to: string }, { idempotencyKey }) => {
      world.do(`transfer ${idempotencyKey}`);
      return `sent to ${to}`;
    },
    reconcile: (key, { to }) =>
      world.done.has(`transfer ${key}`) ? { kind: "done", output: `sent to ${to}` } : { kind: "absent" },
  });
  const researcher = defineAgent({
    name: "researcher",
    tools: [fetch, transfer],
    reads: ["*"],
    writes: ["facts/*"],
    run: async ({ task, attempt }, { tool, write }) => {
      const [a, b] = await Promise.all([tool("fetch", { of: task }), tool("fetch", { of: `${task} again` })]);
      await write(`facts/${task}`, a);
      const sent = await tool("transfer", { to: task });
      if (attempt === 1 && task === "left") throw new Error("the first attempt fails after its transfer");
      return { a, b, sent };
    },
  });
  const cashier = defineAgent({
    name: "cashier",
    tools: [charge, post],
    reads: ["facts/*"],
    run: async ({ inputs }, { tool, read }) => {
      const charged = await tool("charge", { amount: 7 });
      const left = await read("facts/left");
      return { charged, left: left?.value, posted: await tool("post", { text: JSON.stringify(inputs) }) };
    },
  });
  return {
    name: "shop",
    agents: { researcher, cashier },
    planner: {
      tasks: [
        { id: "left", agent: "researcher" },
        { id: "right", agent: "researcher", priority: 1 },
        { id: "pay", agent: "cashier", needs: ["left", "right"] },
      ],
      output: "pay",
    },
    budget: { maxCostUsd: 5, maxSteps: 100 },
    parkAfterMs: 0,
    graceMs: 0,
  };
}

/** Answers whatever is asked, truthfully, until the run is over. */
async function live(home: House, world: World, runId?: string) {
  const { orchestrator } = home;
  const run =
    runId === undefined ? await orchestrator.start({ objective: "pay for facts" }) : await orchestrator.resume(runId);
  for (;;) {
    const report = await finish(home, run);
    if (report.status !== "suspended") return report;
    for (const request of report.pendingApprovals) await answer(home, world, request);
  }
}

async function answer(home: House, world: World, request: ApprovalRequest): Promise<void> {
  if (request.kind !== "unknown") {
    await decide(home, request, "approve");
    return;
  }
  const happened = world.done.has("charge 7");
  await decide(home, request, happened ? "answer" : "approve", happened ? "charged 7" : undefined);
}

/** Each fault ends one process; the last one is left alone. */
async function crashAndRecover(...faults: readonly Fault[]) {
  const world = new World();
  const inner = memoryStore();
  const time = handTime(START);
  const known = async (): Promise<string | undefined> => (await inner.runs({}))[0]?.run;
  for (const fault of faults) {
    const faulty = house(configFor(world), { store: faultStore(inner, [fault]), time });
    const died = (error: Error) => expect(error.message).toMatch(/fault|taken over|no more input/);
    await live(faulty, world, await known()).catch(died);
  }
  const report = await live(house(configFor(world), { store: inner, time }), world, await known());
  return { report, world };
}

/** Numbers from 1. */
const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

const essence = ({ status, output, tasks }: Awaited<ReturnType<typeof live>>) => ({ status, output, tasks });

describe("a run whose process dies at each of its writes", async () => {
  const world = new World();
  const counting = faultStore(memoryStore());
  const undisturbed = await live(house(configFor(world), { store: counting }), world);
  const writes = counting.writes;

  it("is a run with enough writes to be worth it, and ends well when left alone", () => {
    expect(undisturbed.status).toBe("completed");
    expect(writes).toBeGreaterThan(15);
    expect([...world.done.values()]).toEqual([...world.done.values()].map(() => 1));
  });

  const faults = upTo(writes).flatMap((at) => [
    { kind: "kill", at, when: "before" } as const,
    { kind: "kill", at, when: "after" } as const,
  ]);

  it.each(faults)(
    "F-DUR-01, F-DUR-02, F-DUR-03, I-J7 killed $when write $at: ends like the undisturbed run, and does nothing twice",
    async (fault) => {
      const { report, world: after } = await crashAndRecover(fault);
      expect(essence(report)).toEqual(essence(undisturbed));
      for (const [what, times] of after.done) expect(`${what}: ${times}`).toBe(`${what}: 1`);
      expect(after.done.size).toBe(world.done.size);
    },
  );

  const twice = upTo(Math.ceil(writes / 3)).flatMap((third) =>
    upTo(4).map((second) => [third * 3, second * 2] as const),
  );

  it.each(twice)(
    "F-DUR-04 killed after write %i, and again after write %i of the recovery: ends the same",
    async (first, second) => {
      const { report, world: after } = await crashAndRecover(
        { kind: "kill", at: first, when: "after" },
        { kind: "kill", at: second, when: "after" },
      );
      expect(essence(report)).toEqual(essence(undisturbed));
      for (const [what, times] of after.done) expect(`${what}: ${times}`).toBe(`${what}: 1`);
    },
  );

  it("F-BUD-02, B3 a hold that was open in the crash is paid in full, and once more if the call is made again", async () => {
    const spends = new Set<number>();
    for (const at of upTo(writes)) {
      const { report, world: after } = await crashAndRecover({ kind: "kill", at, when: "after" });
      const { costMicroUsd } = report.spend;
      spends.add(costMicroUsd);
      expect(costMicroUsd).toBeGreaterThanOrEqual((after.done.get("charge 7") ?? 0) * 1_000_000);
    }
    expect([...spends].toSorted()).toEqual([1_000_000, 2_000_000]);
  });
});
