/** The page's server over a real orchestrator: what people do there is done to the runs, once, and in their names. */
import { describe, expect, it } from "vitest";
import { createOrchestrator, defineAgent, defineTool, type JournalEntry, type Run } from "../../index.ts";
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import type { EntryRow, Moment } from "../../src/contracts/inspection.ts";
import { answered, openPage } from "../support/page-socket.ts";
import { ask, type ServedOver, servedOver } from "../support/served-runs.ts";

const office = () => {
  const paid: unknown[] = [];
  const pay = defineTool({
    name: "pay",
    effect: "once",
    needsApproval: true,
    run: (args: { readonly to: string }) => {
      paid.push(args);
      return "paid";
    },
  });
  const clerk = defineAgent({ name: "clerk", tools: [pay], run: (_, { tool }) => tool("pay", { to: "ann" }) });
  const orchestrator = createOrchestrator({
    name: "office",
    agents: { clerk },
    planner: { tasks: [{ id: "pay", agent: "clerk", retries: 0 }] },
  });
  return { orchestrator, paid };
};

const journalOf = async (run: Run): Promise<readonly JournalEntry[]> => {
  const entries: JournalEntry[] = [];
  for await (const entry of run.events()) entries.push(entry);
  return entries;
};

const inboxOf = async (served: ServedOver): Promise<ApprovalRequest> => {
  await expect.poll(async () => (await ask(served, "/v1/inbox")).json.length).toBe(1);
  return (await ask(served, "/v1/inbox")).json[0];
};

describe("a decision in the page", () => {
  it("F-APP-03, A-HTTP-05 by two people at once counts once, in the name of the credential it came with", async () => {
    const { orchestrator, paid } = office();
    const served = await servedOver(orchestrator, { approvers: ["maria", "ann"] });
    const run = await orchestrator.start({ objective: "pay ann" });
    const { id: requestId, digest } = await inboxOf(served);
    const decide = (person: string) =>
      ask(served, "/v1/decisions", {
        method: "POST",
        headers: { "x-bailiwick-approver": served.approverTokens[person] ?? "" },
        body: { requestId, digest, decision: "approve" },
      });
    const receipts = (await Promise.all([decide("maria"), decide("ann")])).map(({ json }) => json);
    expect(receipts.filter(({ accepted }) => accepted)).toHaveLength(1);
    expect(receipts.find(({ accepted }) => !accepted)).toMatchObject({ code: "approval.closed" });
    const report = await run.result;
    expect([report.status, paid]).toEqual(["completed", [{ to: "ann" }]]);
    const by = (await journalOf(run)).flatMap(({ by }) => (by?.kind === "person" ? by.id : []));
    expect(["maria", "ann"]).toContain(by[0]);
    expect(report.decided?.map(({ by }) => by)).toEqual([receipts[0].accepted ? "maria" : "ann"]);
    await orchestrator.stop();
  });

  it("is told to every page as it happens, and the stream goes on where a page was", async () => {
    const { orchestrator } = office();
    const served = await servedOver(orchestrator);
    const run = await orchestrator.start({ objective: "pay ann" });
    const { id: requestId, digest } = await inboxOf(served);
    const first = await openPage(served);
    first.send({ kind: "watch", run: run.id, after: 0 });
    await expect.poll(() => lastMoment(first.events)?.state).toBe("awaiting-human");
    const head = lastMoment(first.events)?.seq ?? 0;
    first.socket.terminate();
    await ask(served, "/v1/decisions", { method: "POST", body: { requestId, digest, decision: "approve" } });
    await run.result;
    const second = await openPage(served);
    second.send({ kind: "watch", run: run.id, after: head });
    await expect.poll(() => lastMoment(second.events)?.state).toBe("completed");
    const rows = second.events.flatMap(({ data }) => (data.kind === "rows" ? data.rows : []));
    const all: readonly EntryRow[] = (await ask(served, `/v1/runs/${run.id}/rows`)).json.rows;
    expect(rows).toEqual(all.filter(({ seq }) => seq > head));
    await answered(second);
    await orchestrator.stop();
  });

  it("pauses, goes on with, forks and cancels runs, in the name of the credential", async () => {
    const { orchestrator } = office();
    const served = await servedOver(orchestrator);
    const run = await orchestrator.start({ objective: "pay ann" });
    await inboxOf(served);
    const post = (path: string, body: unknown) => ask(served, `/v1/runs/${run.id}/${path}`, { method: "POST", body });
    const state = async () => (await ask(served, `/v1/runs/${run.id}/moment`)).json.state;
    expect((await post("control", { action: "pause" })).status).toBe(200);
    expect(await state()).toBe("paused");
    expect((await post("control", { action: "resume" })).status).toBe(200);
    const fork = await post("fork", { seq: 3 });
    expect([fork.status, fork.json.run]).toEqual([200, expect.stringMatching(/^run_/)]);
    expect((await post("fork", { seq: 99_999 })).status).toBeGreaterThanOrEqual(400);
    expect((await post("control", { action: "cancel", reason: "enough" })).status).toBe(200);
    expect((await run.result).status).toBe("cancelled");
    expect((await post("control", { action: "pause" })).json.code).toBe("run.closed");
    const orders = (await journalOf(run)).flatMap(({ by, event }) =>
      by?.kind === "person" ? [[by.id, event.type]] : [],
    );
    expect(orders).toEqual([
      ["maria", "run.pause"],
      ["maria", "run.resume"],
      ["maria", "run.cancel"],
    ]);
    await orchestrator.stop();
  });
});

const lastMoment = (events: readonly { readonly data: { readonly kind: string } }[]): Moment | undefined =>
  events
    .flatMap(({ data }) => (data.kind === "moment" ? [(data as never as { readonly moment: Moment }).moment] : []))
    .at(-1);

describe("a page that watches", () => {
  it("I-O7 changes nothing of the run, even if it does not read", async () => {
    const shapeOf = async (watched: boolean) => {
      const worker = defineAgent({
        name: "worker",
        writes: ["*"],
        run: async (_, { write }) => {
          for (let n = 0; n < 200; n++) await write("count", n);
          return "done";
        },
      });
      const orchestrator = createOrchestrator({
        name: "n",
        agents: { worker },
        planner: { tasks: [{ id: "t", agent: "worker" }] },
      });
      const served = await servedOver(orchestrator, { limits: { maxPendingBytes: 1_024 } });
      const pages = watched ? [await openPage(served), await openPage(served)] : [];
      const run = await orchestrator.start({ objective: "count" });
      for (const page of pages) page.send({ kind: "watch", run: run.id, after: 0 });
      pages[0]?.socket.pause();
      expect((await run.result).status).toBe("completed");
      const shape = (await journalOf(run)).map(({ kind, to, moved, ruled, intents }) => ({
        kind,
        to,
        moved,
        ruled,
        intents,
      }));
      await orchestrator.stop();
      return shape;
    };
    expect(await shapeOf(true)).toEqual(await shapeOf(false));
  });
});
