/** Decisions that travel through the store: left by one process, taken by the owner of the run, once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineAgent, defineTool, type OrchestratorConfig } from "../../index.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import type { ApprovalRequest, Decision } from "../../src/contracts/approvals.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import { faultStore } from "../../src/testing/fault-store.ts";
import { finish, type House, house, journalOf, settle } from "../support/house.ts";

let sent: unknown[] = [];

const config = (more: Partial<OrchestratorConfig> = {}): OrchestratorConfig => {
  const send = defineTool({
    name: "send",
    effect: "once",
    needsApproval: true,
    run: (args: { text: string }) => {
      sent.push(args);
      return "sent";
    },
  });
  return {
    name: "post",
    agents: {
      clerk: defineAgent({ name: "clerk", tools: [send], run: (_, { tool }) => tool("send", { text: "hello" }) }),
    },
    planner: { tasks: [{ id: "a", agent: "clerk", retries: 0 }] },
    ...more,
  };
};

let directory = "";
const opened: StorePort[] = [];
const file = (): StorePort => {
  const store = sqliteStore(join(directory, "runs.db"));
  opened.push(store);
  return store;
};

beforeEach(() => {
  sent = [];
  directory = mkdtempSync(join(tmpdir(), "bailiwick-mail-"));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  rmSync(directory, { recursive: true });
});

const word = ({ id, digest }: ApprovalRequest, more: Partial<Decision> = {}): Decision => ({
  requestId: id,
  digest,
  decision: "approve",
  by: "olga",
  ...more,
});

/** A run that waits in its owner, and another process over the same record. */
async function waiting(open: () => StorePort, more: Partial<OrchestratorConfig> = {}) {
  const owner = house(config(more), { store: open(), othersAreDead: false });
  const run = await owner.orchestrator.start({ objective: "send" });
  const [question] = (await finish(owner, run)).pendingApprovals;
  const other = house(config(), { store: open(), othersAreDead: false });
  return { owner, run, other, question: question as ApprovalRequest };
}

const shared = (): (() => StorePort) => {
  const store = memoryStore();
  return () => store;
};

/** Up to the owner's next look at the store. */
async function poll({ time }: House): Promise<void> {
  await time.advanceAsync(500);
  await settle();
}

it("L1 a word whose run ends before anybody has taken it is refused, and its sender does not wait on", async () => {
  const { run, other, question } = await waiting(file);
  const posted = other.orchestrator.post(word(question), { waitMs: 60_000 });
  await settle();
  await run.cancel();
  await settle();
  await other.time.advanceAsync(20);
  expect((await posted).receipt).toEqual({
    accepted: false,
    code: "approval.closed",
    reason: `run ${run.id} is over`,
  });
  expect(sent).toEqual([]);
});

describe.each([
  ["a file", () => file],
  ["memory", shared],
])("over %s", (_, opening) => {
  it("L1 a decision left by another process is taken by the owner, who tells the sender", async () => {
    const { owner, run, other, question } = await waiting(opening());
    const { id, receipt } = await other.orchestrator.post(word(question));
    expect([receipt, sent]).toEqual([undefined, []]);
    await poll(owner);
    expect(await other.orchestrator.receipt(id ?? "")).toEqual({ accepted: true });
    expect((await finish(owner, run)).status).toBe("completed");
    const [entry] = (await journalOf(run)).filter(({ event }) => event.type === "question.decide");
    expect(entry).toMatchObject({ by: { kind: "person", id: "olga" }, intents: [{ src: "execute" }] });
    expect(sent).toHaveLength(1);
  });

  it("F-APP-01 F-APP-04 of many from two processes one counts, and each sender is told", async () => {
    const { owner, run, other, question } = await waiting(opening());
    const posted = await Promise.all(
      Array.from({ length: 10 }, (_, n) => other.orchestrator.post(word(question, { by: `p${n}` }))),
    );
    const direct = owner.orchestrator.decide(word(question, { by: "here" }));
    await poll(owner);
    const receipts = await Promise.all(posted.map(({ id }) => owner.orchestrator.receipt(id ?? "")));
    const all = [...receipts, await direct];
    expect(all.filter((receipt) => receipt?.accepted)).toHaveLength(1);
    expect(all.filter((receipt) => receipt?.accepted === false && receipt.code === "approval.closed")).toHaveLength(10);
    await finish(owner, run);
    expect(sent).toHaveLength(1);
  });

  it("L2 wakes a parked run for its mail", async () => {
    const { owner, run, other, question } = await waiting(opening(), { parkAfterMs: 0 });
    await settle();
    expect(await owner.store.owner(run.id)).toMatchObject({ until: 0 });
    await other.orchestrator.post(word(question));
    await poll(owner);
    expect((await finish(owner, run)).status).toBe("completed");
  });
});

it("L2 where nobody has the run, a decision waits for the next owner", async () => {
  const { owner, run, other, question } = await waiting(file);
  await owner.orchestrator.stop();
  const { id, receipt, owner: last } = await other.orchestrator.post(word(question), { waitMs: 0 });
  expect([receipt, last?.until]).toEqual([undefined, 0]);
  const next = house(config(), { store: file(), time: owner.time });
  const resumed = await next.orchestrator.resume(run.id);
  expect((await finish(next, resumed)).status).toBe("completed");
  expect(await next.orchestrator.receipt(id ?? "")).toEqual({ accepted: true });
});

it("L2 a process that recovers what others left also takes the decisions left for it, now and later", async () => {
  const { owner, run, other, question } = await waiting(file);
  await owner.orchestrator.stop();
  const next = house(config(), { store: file(), time: owner.time });
  expect(await next.orchestrator.recover()).toEqual([]);
  await other.orchestrator.post(word(question));
  expect(sent).toEqual([]);
  await poll(next);
  expect((await finish(next, next.orchestrator.run(run.id))).status).toBe("completed");
  expect(sent).toHaveLength(1);
});

it("L2 a process that has not been told to recover leaves the mail of others alone", async () => {
  const { owner, other, question } = await waiting(file);
  await owner.orchestrator.stop();
  const stranger = house(config({ name: "stranger" }), { store: file() });
  // Its first run would have the name of the other's.
  await stranger.orchestrator.start({ objective: "something else" }).catch(() => undefined);
  await stranger.orchestrator.start({ objective: "something else" });
  const { id } = await other.orchestrator.post(word(question));
  await poll(stranger);
  expect(await stranger.orchestrator.receipt(id ?? "")).toBeUndefined();
});

it("F-APP-02 I-P5 a decision counts when it is taken: left in time and taken too late is too late", async () => {
  const { owner, run, other, question } = await waiting(file, { approvals: { expiresMs: 60_000 } });
  await owner.orchestrator.stop();
  const { id } = await other.orchestrator.post(word(question));
  await owner.time.advanceAsync(60_000);
  const next = house(config(), { store: file(), time: owner.time });
  await finish(next, await next.orchestrator.resume(run.id));
  expect(await next.orchestrator.receipt(id ?? "")).toMatchObject({ accepted: false, code: "approval.closed" });
  expect(sent).toEqual([]);
});

it("decide waits for the owner's answer where another process has the run", async () => {
  const { owner, other, question } = await waiting(file);
  const deciding = other.orchestrator.decide(word(question));
  await settle();
  await poll(owner);
  await other.time.advanceAsync(500);
  expect(await deciding).toEqual({ accepted: true });
});

it("decide says so when the owner does not answer, and what was left still counts", async () => {
  const { owner, run, other, question } = await waiting(file);
  const deciding = other.orchestrator.decide(word(question));
  deciding.catch(() => undefined);
  await settle();
  for (let tries = 0; tries < 40; tries++) await other.time.advanceAsync(500);
  await expect(deciding).rejects.toMatchObject({
    code: "run.owned",
    message: expect.stringMatching(/left .* signal_/),
  });
  await poll(owner);
  expect((await finish(owner, run)).status).toBe("completed");
});

it("F-APP-08 F-APP-09 what is not open is refused where it is left, and put on record", async () => {
  const { owner, run, other, question } = await waiting(file);
  const early = await other.orchestrator.post(word({ ...question, id: question.id.replace(/0$/, "1") }));
  expect(early.receipt).toMatchObject({ code: "approval.closed" });
  await run.cancel();
  await settle();
  const late = await other.orchestrator.post(word(question));
  expect(late.receipt).toMatchObject({ code: "approval.closed" });
  for (const { id, receipt } of [early, late]) expect(await owner.orchestrator.receipt(id ?? "")).toEqual(receipt);
  expect(await other.orchestrator.post(word({ ...question, id: "run_9:a#1/0" }))).toMatchObject({
    id: undefined,
    receipt: { code: "approval.unknown" },
  });
});

it("F-APP-09 whoever left a decision for a run that has ended since is told", async () => {
  const { owner, run, other, question } = await waiting(file);
  const { id } = await other.orchestrator.post(word(question));
  await run.cancel();
  await poll(owner);
  expect(await other.orchestrator.receipt(id ?? "")).toMatchObject({ accepted: false, code: "approval.closed" });
  expect(await other.store.posted(run.id, 9)).toEqual([]);
});

it.each([
  ["no JSON", "{"],
  ["no decision", "[1]"],
  ["about no question", '{"digest":"d","decision":"approve","by":"olga"}'],
  ["about another run", '{"requestId":"run_2:a#1/0/approve/0","digest":"d","decision":"approve","by":"olga"}'],
  ["an input of its own", '{"kind":"signal","to":"a#1/0","event":{"type":"hold.granted"}}'],
  ["poisoned", '{"__proto__":{"requestId":"run_1:a#1/0"},"by":"olga"}'],
])("A-ID-03 a signal in the store that is %s becomes no entry, and is answered", async (_, body) => {
  const { owner, run } = await waiting(file);
  const { seq } = (await owner.store.head(run.id)) ?? { seq: 0 };
  await owner.store.post({ id: "forged", run: run.id, postedAt: 0, body });
  await poll(owner);
  expect(JSON.parse((await owner.store.receipt("forged")) ?? "{}")).toMatchObject({ accepted: false });
  expect((await owner.store.head(run.id))?.seq).toBe(seq);
  expect(await owner.orchestrator.inbox()).toHaveLength(1);
});

it("L3 the store is asked for one number, and for mail only when it has changed", async () => {
  const inner = memoryStore();
  let [version, versions, looks] = [1, 0, 0];
  const store: StorePort = {
    ...inner,
    version: async () => {
      versions += 1;
      return version;
    },
    mailed: (...args) => {
      looks += 1;
      return inner.mailed(...args);
    },
  };
  const home = house(config(), { store });
  await finish(home, await home.orchestrator.start({ objective: "send" }));
  const before = { versions, looks };
  await home.time.advanceAsync(100 * 500);
  await settle();
  expect(versions - before.versions).toBeGreaterThan(90);
  expect(versions - before.versions).toBeLessThanOrEqual(101);
  expect(looks - before.looks).toBeLessThanOrEqual(1);
  version += 1;
  await poll(home);
  expect(looks - before.looks).toBeLessThanOrEqual(2);
  await home.orchestrator.stop();
  const after = versions;
  await home.time.advanceAsync(10_000);
  expect(versions).toBe(after);
});

it("F-APP-06 L1 an owner that dies at any write takes a decision once, and it is answered once", async () => {
  for (let at = 1; ; at++) {
    sent = [];
    const store = memoryStore();
    const first = house(config(), { store });
    const run = await first.orchestrator.start({ objective: "send" });
    const [question] = (await finish(first, run)).pendingApprovals;
    const { id } = await first.orchestrator.post(word(question as ApprovalRequest), { waitMs: 0 });
    // The first owner is gone before it can look.
    const dying = faultStore(store, [{ kind: "kill", at, when: at % 2 === 0 ? "before" : "after" }]);
    const second = house(config(), { store: dying });
    await second.orchestrator.resume(run.id).catch(() => undefined);
    await settle();
    const third = house(config(), { store });
    const last = await third.orchestrator.resume(run.id);
    const report = await finish(third, last);
    const asked = report.pendingApprovals.filter(({ kind }) => kind === "unknown");
    const decisions = (await store.read(run.id, 0, 1_000)).filter(({ body }) => body.includes("question.decide"));
    expect(decisions, `killed at write ${at}`).toHaveLength(1);
    expect(await store.receipt(id ?? ""), `killed at write ${at}`).toBe('{"accepted":true}');
    expect(sent.length + asked.length, `killed at write ${at}`).toBeGreaterThanOrEqual(1);
    expect(sent.length, `killed at write ${at}`).toBeLessThanOrEqual(1);
    if (!dying.isDead) break;
  }
});
