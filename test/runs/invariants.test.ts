/** What holds of every journal, read from the journals of runs that use all there is: retries, conflicts, people, two processes. */
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { logicOf } from "../../actors/kernel/logic.ts";
import { replay } from "../../actors/kernel/replay.ts";
import { defineAgent, defineTool, type JournalEntry, type RunReport } from "../../index.ts";
import { agentMachine } from "../../machines/agent.ts";
import { approvalMachine } from "../../machines/approval.ts";
import { orchestratorMachine } from "../../machines/orchestrator.ts";
import { toolGateMachine } from "../../machines/tool-gate.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import type { StoredEntry } from "../../src/contracts/journal.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { edgesOf } from "../support/edges.ts";
import { decide, finish, house } from "../support/house.ts";

const CENTS = 10_000;
const CAP = 60 * CENTS;

const charts = {
  orchestrator: orchestratorMachine,
  agent: agentMachine,
  "tool-gate": toolGateMachine,
  approval: approvalMachine,
};
const logics = new Map(Object.entries(charts).map(([kind, machine]) => [kind, logicOf(machine)]));

let billed = 0;
const look = defineTool({
  name: "look",
  effect: "read",
  estimate: () => ({ costUsd: 0.05 }),
  run: async (at: string, { spent }) => {
    billed += 3 * CENTS;
    spent({ costUsd: 0.03 });
    return `seen ${at}`;
  },
});
const pay = defineTool({
  name: "pay",
  effect: "once",
  needsApproval: true,
  estimate: () => ({ costUsd: 0.1 }),
  run: (amount: number) => {
    billed += 10 * CENTS;
    return { paid: amount };
  },
});

const scout = defineAgent({
  name: "scout",
  tools: [look],
  writes: ["finding"],
  run: async ({ task, attempt }, { tool, write }) => {
    const seen = await Promise.all([tool("look", `${task} left`), tool("look", `${task} right`)]);
    await write("finding", task, { expect: 0 }).catch(() => null);
    if (attempt === 1) throw new Error("not at the first attempt");
    return seen;
  },
});
const clerk = defineAgent({ name: "clerk", tools: [pay], run: (_, { tool }) => tool("pay", 7) });

const config = {
  name: "invariants",
  agents: { scout, clerk },
  planner: {
    tasks: [
      { id: "north", agent: "scout", accountable: "olga" },
      { id: "south", agent: "scout" },
      { id: "settle", agent: "clerk", needs: ["north", "south"], accountable: "maria" },
    ],
  },
  budget: { maxCostUsd: CAP / 1_000_000, maxSteps: 50 },
};

const gateOf = (key: string): string => key.split("/execute/")[0] ?? "";

describe("the journal of a run that was taken over", () => {
  let stored: readonly StoredEntry[] = [];
  let entries: readonly JournalEntry[] = [];
  let report: RunReport;
  let live: unknown;
  const states: { readonly entry: JournalEntry; readonly state: RunState }[] = [];
  let left = { actors: -1, effects: -1, timers: -1 };

  beforeAll(async () => {
    const first = house(config);
    const { id } = await first.orchestrator.start({ objective: "settle it" });
    await finish(first, first.orchestrator.run(id));
    const second = house(config, { store: first.store, time: first.time });
    const run = await second.orchestrator.resume(id);
    const { pendingApprovals } = await finish(second, run);
    run.actor.subscribe(({ context }) => {
      live = context;
    });
    for (const request of pendingApprovals) await decide(second, request, "approve");
    report = await finish(second, run);
    stored = await first.store.read(id, 0, 10_000);
    const visit = (entry: JournalEntry, core: { readonly state: RunState }): void =>
      void states.push({ entry, state: core.state });
    const { core } = await replay({
      run: id,
      store: first.store,
      logics: (kind) => logics.get(kind),
      sha256,
      checkpoints: false,
      visit,
    });
    entries = states.map(({ entry }) => entry);
    const active = [...core.actors.values()].filter(({ snapshot }) => snapshot.status === "active");
    left = { actors: active.length, effects: core.pending.size, timers: core.timers.all().length };
  });

  it("ends well, or nothing below means anything", () => {
    expect(report.status).toBe("completed");
    expect(report.tasks.map(({ attempts }) => attempts)).toEqual([2, 2, 1]);
    expect(new Set(entries.map(({ epoch }) => epoch)).size).toBe(2);
  });

  it("I-J1 numbers its entries without a gap, links each to the one before, and lets no epoch go back", () => {
    let [hash, epoch] = ["", 0];
    stored.forEach((entry, place) => {
      expect(entry.seq).toBe(place + 1);
      hash = createHash("sha256").update(`${hash}\n${entry.body}`).digest("hex");
      expect(entry.hash).toBe(hash);
      const now = (JSON.parse(entry.body) as { readonly epoch?: number }).epoch ?? 1;
      expect(now).toBeGreaterThanOrEqual(epoch);
      epoch = now;
    });
  });

  it("I-J3 I-J4 has one intent and one outcome for each call, in this order, and a verdict before both", () => {
    const judged = new Set<string>();
    const intended = new Map<string, number>();
    const ended = new Set<string>();
    for (const { seq, kind, key = "", answered, intents, ruled } of entries) {
      if (kind === "outcome" && key.includes("/execute/")) {
        expect(intended.get(key), key).toBeLessThan(seq);
        expect(ended.has(key), key).toBe(false);
        ended.add(key);
      }
      for (const { key: of, event } of answered) {
        const { verdict } = (event["output"] ?? {}) as { readonly verdict?: { readonly kind: string } };
        if (verdict?.kind === "allow") judged.add(of.split("/judge/")[0] ?? "");
      }
      for (const { actor, rule, verdict } of ruled)
        if (rule === "approval.decided" && verdict === "approve") judged.add(actor.split("/approve/")[0] ?? "");
      for (const intent of intents.filter(({ src }) => src === "execute")) {
        expect(judged.has(gateOf(intent.key)), intent.key).toBe(true);
        expect(intended.has(intent.key), intent.key).toBe(false);
        intended.set(intent.key, seq);
      }
    }
    expect(ended.size).toBe(9);
    expect([...ended]).toEqual(expect.arrayContaining([...intended.keys()]));
  });

  it("I-J5 I-B7 gives the state that the run had, ledger and all, when it is read from the first entry", () => {
    expect(JSON.parse(JSON.stringify(states.at(-1)?.state))).toEqual(JSON.parse(JSON.stringify(live)));
  });

  it("I-B1 I-B2 I-B4 keeps spent and held whole, no less than zero, within the cap, and held the sum of the holds", () => {
    for (const { entry, state } of states) {
      const { spent, reserved, holds } = state.ledger;
      expect(spent.costMicroUsd + reserved.costMicroUsd, `entry ${entry.seq}`).toBeLessThanOrEqual(CAP);
      for (const amount of [...Object.values(spent), ...Object.values(reserved)]) {
        expect(Number.isSafeInteger(amount) && amount >= 0, `entry ${entry.seq}`).toBe(true);
      }
      const held = Object.values(holds).reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0);
      expect(reserved.costMicroUsd, `entry ${entry.seq}`).toBe(held);
    }
  });

  it("I-B5 holds the worst case of a call in the entry that intends it", () => {
    const calls = states.flatMap(({ entry, state }) =>
      entry.intents
        .filter(({ src }) => src === "execute")
        .map(({ key }) => state.ledger.holds[gateOf(key)]?.costMicroUsd),
    );
    expect(calls).toHaveLength(9);
    for (const held of calls) expect([5 * CENTS, 10 * CENTS]).toContain(held);
  });

  it("I-B6 has spent what was billed, and that is within the cap", () => {
    expect(report.spend.costMicroUsd).toBe(billed);
    expect(billed).toBeLessThanOrEqual(CAP);
  });

  it("I-O1 moves along the edges of its charts only", () => {
    const edges = new Map(Object.entries(charts).map(([kind, machine]) => [kind, edgesOf(machine)]));
    const kindOf = (actor: string): string => {
      if (actor === "orchestrator") return "orchestrator";
      if (/\/approve\/\d+$/.test(actor)) return "approval";
      return actor.includes("/") ? "tool-gate" : "agent";
    };
    expect([...(edges.get("tool-gate")?.get("judging") ?? [])].toSorted()).toEqual(["holding", "settled"]);
    for (const { seq, moved } of entries) {
      for (const { actor, path } of moved) {
        path.slice(1).forEach((to, place) => {
          const from = path[place] ?? "";
          expect([...(edges.get(kindOf(actor))?.get(from) ?? [])], `entry ${seq}: ${actor} from "${from}"`).toContain(
            to,
          );
        });
      }
    }
  });

  it("I-O2 leaves no actor, effect or timer behind", () => {
    expect(left).toEqual({ actors: 0, effects: 0, timers: 0 });
  });

  it("I-O9 says for every task who did it and who answers for it", () => {
    expect(report.tasks.map(({ id, agent, accountable }) => [id, agent, accountable])).toEqual([
      ["north", "scout", "olga"],
      ["south", "scout", "owner"],
      ["settle", "clerk", "maria"],
    ]);
  });
});

describe("a person who never answers", () => {
  it("I-O6 is waited for until the question expires, by another process too, and silence refuses", async () => {
    const planner = { tasks: [{ id: "settle", agent: "clerk", retries: 0 }] };
    const first = house({ ...config, planner, approvals: { expiresMs: 1_000 } });
    const { id } = await first.orchestrator.start({ objective: "settle it" });
    const waiting = await finish(first, first.orchestrator.run(id));
    const [expiresAt = 0] = waiting.pendingApprovals.map((request) => request.expiresAt);
    const second = house({ ...config, planner }, { store: first.store, time: first.time });
    const run = await second.orchestrator.resume(id);
    await first.time.moveToAsync(expiresAt);
    const report = await finish(second, run);
    expect([report.status, report.failure?.code]).toEqual(["failed", "approval.expired"]);
  });
});
