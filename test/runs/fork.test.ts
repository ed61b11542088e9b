/** A run is forked: a new one begins where it stood after an entry. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { defineAgent, defineTool, type OrchestratorConfig } from "../../index.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { RunReport } from "../../src/contracts/report.ts";
import { faultStore } from "../../src/testing/fault-store.ts";
import { decide, finish, type House, house, settle, writtenOf } from "../support/house.ts";

const folder = mkdtempSync(join(tmpdir(), "bailiwick-fork-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What was really done outside: by tool and arguments, under which keys. */
class World {
  readonly done: { readonly what: string; readonly key: string }[] = [];
  do(what: string, key: string): void {
    this.done.push({ what, key });
  }
  get times(): ReadonlyMap<string, number> {
    return new Map([...Map.groupBy(this.done, ({ what }) => what)].map(([what, all]) => [what, all.length]));
  }
}

function shop(world: World): OrchestratorConfig {
  const tool = <Name extends string>(
    name: Name,
    effect: "read" | "idempotent" | "once" | "reconcilable",
    needsApproval = false,
  ) =>
    defineTool({
      name,
      effect,
      needsApproval,
      run: ({ of }: { readonly of: string }, { idempotencyKey }) => {
        world.do(`${name} ${of}`, idempotencyKey);
        return `${name}: ${of}`;
      },
      ...(effect === "reconcilable" ? { reconcile: () => ({ kind: "absent" as const }) } : {}),
    });
  const clerk = defineAgent({
    name: "clerk",
    tools: [
      tool("look", "read"),
      tool("post", "idempotent"),
      tool("pay", "once"),
      tool("move", "reconcilable"),
      tool("charge", "once", true),
    ],
    run: async ({ task }, { tool: call, ask }) => {
      const seen = await call("look", { of: task });
      const posted = await call("post", { of: task });
      const paid = await call("pay", { of: task });
      const moved = await call("move", { of: task });
      const said = await ask(`${task}: go on?`);
      return [seen, posted, paid, moved, said, await call("charge", { of: task })];
    },
  });
  return {
    name: "shop",
    agents: { clerk },
    planner: {
      tasks: [
        { id: "a", agent: "clerk" },
        { id: "b", agent: "clerk", needs: ["a"] },
      ],
    },
    budget: { maxSteps: 100, maxWallMs: 600_000 },
    concurrency: 1,
  };
}

/** Says yes to all that is asked, until the run is over. */
async function end(at: House, id: string): Promise<RunReport> {
  const run = at.orchestrator.run(id);
  for (;;) {
    const report = await finish(at, run);
    if (report.status !== "suspended") return report;
    for (const question of report.pendingApprovals) {
      const answer = question.kind === "answer" ? "answer" : "approve";
      await decide(at, question, answer, answer === "answer" ? "yes" : undefined);
    }
    await settle();
  }
}

async function recorded() {
  const world = new World();
  const at = house(shop(world));
  const { id } = await at.orchestrator.start({ objective: "sell" });
  const report = await end(at, id);
  return { world, at, id, report, entries: await writtenOf(at.store, id) };
}

/** Whether an entry leaves a call under way that its tool does not only read by. */
const underWay = (entries: Awaited<ReturnType<typeof writtenOf>>, seq: number): readonly string[] =>
  entries
    .slice(0, seq)
    .flatMap(({ intents }) => intents)
    .filter(({ key, src }) => src === "execute" && !entries.slice(0, seq).some((one) => one.key === key))
    .map(({ key }) => key);

/** The store as it is when the process has died before anything was written after entry `last`. */
const cutAfter = (store: StorePort, id: string, last: number): StorePort => ({
  ...store,
  read: async (run, after, limit) =>
    (await store.read(run, after, limit)).filter(({ seq }) => run !== id || seq <= last),
});

describe("a fork", () => {
  it("K1 does nothing again that had begun, at any entry, and comes to the same", async () => {
    const { world, at, id, report, entries } = await recorded();
    expect(report.status).toBe("completed");
    const last = entries.findIndex(({ moved }) => moved.some(({ path }) => path.includes("completed"))) + 1;
    for (let seq = 1; seq < last; seq++) {
      const before = world.done.length;
      const begun = new Set(
        entries
          .slice(0, seq)
          .flatMap(({ moved }) => moved)
          .filter(({ path }) => path.includes("executing"))
          .map(({ actor }) => actor),
      );
      const fork = await at.orchestrator.fork(id, seq);
      const ended = await end(at, fork.id);
      expect(ended.status, `entry ${seq}`).toBe("completed");
      expect(ended.output, `entry ${seq}`).toEqual(report.output);
      expect(ended.spend.toolCalls, `entry ${seq}`).toBe(report.spend.toolCalls);
      const again = world.done.slice(before);
      for (const { what, key } of again) {
        expect(key.startsWith(`${fork.id}/`), `${what} at ${seq}`).toBe(true);
        if (what.startsWith("look")) continue;
        const origin = world.done.find((one) => one.what === what && one.key.startsWith(`${id}/`));
        const act = `${
          origin?.key
            .slice(id.length + 1)
            .replace("/", "#1/")
            .split("-")[0]
        }`;
        expect(begun.has(act), `${what} (${act}) again in a fork at ${seq}`).toBe(false);
      }
    }
  });

  it("K1 takes over what was under way and has ended since, also when the process dies in between", async () => {
    const { world, at, id, entries } = await recorded();
    const seq = entries.findIndex(({ intents }) => intents.some(({ key }) => key.startsWith("a#1/2/execute"))) + 1;
    expect(underWay(entries, seq)).toEqual(["a#1/2/execute/0"]);
    const paid = world.times.get("pay a");
    const before = (await at.orchestrator.runs({ limit: 100 })).length;
    // The process dies right after the fork is written, and before anything of it is taken up.
    const dying = faultStore(at.store, [{ kind: "kill", at: 1, when: "after" }]);
    const first = house(shop(world), { store: dying, time: at.time, named: 1 });
    await expect(first.orchestrator.fork(id, seq)).rejects.toThrow("fault");
    const [fork] = await at.store.runs({ limit: 1 });
    expect((await at.store.runs({ limit: 100 })).length).toBe(before + 1);
    const second = house(shop(world), { store: at.store, time: at.time });
    const [taken] = await second.orchestrator.recover();
    expect(taken?.id).toBe(fork?.run);
    const ended = await end(second, fork?.run ?? "");
    expect(ended.status).toBe("completed");
    expect(world.times.get("pay a")).toBe(paid);
    const journal = await writtenOf(at.store, fork?.run ?? "");
    expect(journal[seq]).toMatchObject({ kind: "outcome", key: "a#1/2/execute/0" });
  });

  it("is written whole or not at all", async () => {
    const { world, at, id } = await recorded();
    const runs = (await at.store.runs({ limit: 100 })).length;
    const dying = faultStore(at.store, [{ kind: "kill", at: 1, when: "before" }]);
    await expect(
      house(shop(world), { store: dying, time: at.time, named: 1 }).orchestrator.fork(id, 5),
    ).rejects.toThrow("fault");
    expect((await at.store.runs({ limit: 100 })).length).toBe(runs);
  });

  it("has a chain of its own, whole, and says where it comes from", async () => {
    const { at, id, entries } = await recorded();
    const fork = await at.orchestrator.fork(id, 6);
    expect(await fork.verify()).toMatchObject({ kind: "whole" });
    const [start] = await writtenOf(at.store, fork.id);
    const sixth = (await at.store.read(id, 5, 1))[0];
    expect(start?.event).toMatchObject({ run: fork.id, origin: { run: id, seq: 6, hash: sixth?.hash } });
    expect((await at.orchestrator.inspection.moment(fork.id)).forkedFrom).toEqual({ run: id, seq: 6 });
    expect(await at.orchestrator.run(id).verify()).toMatchObject({ kind: "whole", head: { seq: entries.length } });
  });

  it("asks open questions under ids of its own, with the time they had left", async () => {
    const { world, at, id, entries } = await recorded();
    const asked = entries.findIndex(({ moved }) => moved.some(({ path }) => path[1] === "pending")) + 1;
    await at.time.moveToAsync(at.time.now() + 30 * 86_400_000);
    const fork = await at.orchestrator.fork(id, asked);
    const report = await finish(at, fork);
    expect(report.status).toBe("suspended");
    const [question] = report.pendingApprovals;
    expect(question?.id).toMatch(new RegExp(`^${fork.id}:`));
    expect(question?.expiresAt).toBeGreaterThan(at.time.now());
    expect((await end(at, fork.id)).status).toBe("completed");
    expect(world.times.get("pay a")).toBe(1);
  });

  it("counts what had been spent, and no time in which it was not", async () => {
    const { at, id, entries } = await recorded();
    await at.time.moveToAsync(at.time.now() + 3_600_000);
    const fork = await at.orchestrator.fork(id, entries.length - 3);
    const report = await end(at, fork.id);
    expect(report.status).toBe("completed");
    expect(report.spend.wallMs).toBeLessThan(600_000);
  });

  it("K3 is refused where a call would be made twice, and says which", async () => {
    const world = new World();
    const store = memoryStore();
    const first = house(shop(world), { store });
    const { id } = await first.orchestrator.start({ objective: "sell" });
    await settle();
    const entries = await writtenOf(store, id);
    const post = entries.findIndex(({ intents }) => intents.some(({ key }) => key.startsWith("a#1/1/execute"))) + 1;
    const second = house(shop(world), { store: cutAfter(store, id, post), time: first.time, named: 1 });
    await expect(second.orchestrator.fork(id, post)).rejects.toThrow(/a#1\/1\/execute\/0 has no outcome there/);
    expect(await store.runs({ limit: 10 })).toHaveLength(1);
  });

  it("K3 asks a person about a call that must not be made twice and has no outcome", async () => {
    const world = new World();
    const store = memoryStore();
    const first = house(shop(world), { store });
    const { id } = await first.orchestrator.start({ objective: "sell" });
    await settle();
    const entries = await writtenOf(store, id);
    const pay = entries.findIndex(({ intents }) => intents.some(({ key }) => key.startsWith("a#1/2/execute"))) + 1;
    const second = house(shop(world), { store: cutAfter(store, id, pay), time: first.time, named: 1 });
    const fork = await second.orchestrator.fork(id, pay);
    const report = await finish(second, fork);
    expect(report.pendingApprovals.map(({ kind }) => kind)).toEqual(["unknown"]);
    expect(world.times.get("pay a")).toBe(1);
  });

  it("K3 is refused while a call waits to be tried again under the same key", async () => {
    let tries = 0;
    const flaky = defineTool({
      name: "flaky",
      effect: "idempotent",
      retries: 1,
      run: () => {
        if (++tries === 1) throw new Error("not yet");
        return "at last";
      },
    });
    const at = house({
      name: "flaky",
      agents: { one: defineAgent({ name: "one", tools: [flaky], run: (_, { tool }) => tool("flaky", {}) }) },
      planner: { tasks: [{ id: "a", agent: "one" }] },
    });
    const { id } = await at.orchestrator.start({ objective: "try" });
    expect((await end(at, id)).status).toBe("completed");
    const entries = await writtenOf(at.store, id);
    const failed = entries.findIndex(({ moved }) => moved.some(({ path }) => path.includes("backing-off"))) + 1;
    expect(failed).toBeGreaterThan(0);
    await expect(at.orchestrator.fork(id, failed)).rejects.toThrow(
      /a#1\/0 was made there, and is about to be made again/,
    );
    expect(tries).toBe(2);
  });

  it("K1 takes over what was under way before another policy has it judged again", async () => {
    const { world, at, id, entries } = await recorded();
    const seq = entries.findIndex(({ intents }) => intents.some(({ key }) => key.startsWith("a#1/1/execute"))) + 1;
    expect(underWay(entries, seq)).toEqual(["a#1/1/execute/0"]);
    const policy = { id: "another", decide: () => ({ kind: "allow", rule: "all" }) as const };
    const other = house({ ...shop(world), policy }, { store: at.store, time: at.time, named: 1 });
    const fork = await other.orchestrator.fork(id, seq);
    expect((await end(other, fork.id)).status).toBe("completed");
    expect(world.times.get("post a")).toBe(1);
  });

  it("is refused at the end, at entries that are not there, and of runs that are not there", async () => {
    const { at, id, entries } = await recorded();
    await expect(at.orchestrator.fork(id, entries.length)).rejects.toThrow(/was over/);
    for (const seq of [0, -1, 1.5, Number.NaN, entries.length + 1])
      await expect(at.orchestrator.fork(id, seq)).rejects.toThrow(/has no entry/);
    await expect(at.orchestrator.fork("run_none", 1)).rejects.toThrow(/there is no run/);
    expect(await at.store.runs({ limit: 10 })).toHaveLength(1);
  });
});

it("a fork in a file is there after the process has gone, and goes on in the next one", async () => {
  const file = join(folder, "runs.db");
  const world = new World();
  const store = sqliteStore(file);
  const first = house(shop(world), { store });
  const { id } = await first.orchestrator.start({ objective: "sell" });
  const report = await end(first, id);
  const fork = await first.orchestrator.fork(id, 4);
  await Promise.all([first.orchestrator.stop(), first.time.moveToAsync(first.time.now() + 10_000)]);
  const second = house(shop(world), { store: sqliteStore(file), time: first.time });
  await second.orchestrator.resume(fork.id);
  expect((await end(second, fork.id)).output).toEqual(report.output);
  await second.orchestrator.stop();
});
