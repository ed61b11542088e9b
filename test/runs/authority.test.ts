/** Authority that is worth nothing: of a task that has ended, of another run, of oneself. */
import { describe, expect, it } from "vitest";
import { fromPromise, setup } from "xstate";
import { type AgentContext, type Decision, defineAgent, defineTool } from "../../index.ts";
import { finish, house, journalOf, settle } from "../support/house.ts";
import { ruledIn, timesWiped, wipe, wipeOut } from "../support/wipe.ts";

describe("a hold on a task", () => {
  const capture = (kept: AgentContext<readonly [typeof wipe]>[]) =>
    defineAgent({
      name: "scout",
      tools: [wipe],
      writes: ["*"],
      delegates: ["clerk"],
      run: (_, context) => {
        kept.push(context);
        return "ended";
      },
    });
  const clerk = defineAgent({ name: "clerk", run: () => "done" });

  it("A-ID-04 A-MSG-02 is worth nothing when the task has ended: nothing is done, and the attempt is on record", async () => {
    const kept: AgentContext<readonly [typeof wipe]>[] = [];
    const scout = capture(kept);
    let isReplayed = false;
    const lead = defineAgent({
      name: "lead",
      tools: [wipe],
      writes: ["*"],
      delegates: ["scout"],
      run: async (_, { delegate, ask }) => {
        await delegate("scout", { objective: "x" });
        const [old] = kept;
        if (!isReplayed) {
          isReplayed = true;
          void old?.tool("wipe", null);
          void old?.write("notes", 1);
          void old?.delegate("clerk", { objective: "x" });
        }
        return ask("enough?");
      },
    });
    const home = house({
      name: "old",
      agents: { lead, scout, clerk },
      planner: { tasks: [{ id: "t", agent: "lead" }] },
    });
    const run = await home.orchestrator.start({ objective: "x" });
    await finish(home, run);
    await run.cancel();
    await finish(home, run);
    expect(timesWiped()).toBe(0);
    const dropped = ruledIn(await journalOf(run)).filter(({ rule }) => rule === "dead-letter");
    expect(dropped.map(({ actor, verdict }) => `${actor} ${verdict}`)).toEqual(Array(3).fill("t/0#1 dropped"));
    expect((await run.report()).tasks.map(({ id }) => id)).toEqual(["t", "t/0"]);
  });

  it("A-ID-04 is worth nothing in another run: it speaks for the task it was given for, and that has ended", async () => {
    const kept: AgentContext<readonly [typeof wipe]>[] = [];
    const scout = capture(kept);
    const thief = defineAgent({
      name: "thief",
      run: async (_, { ask }) => {
        void kept[0]?.tool("wipe", null);
        return ask("enough?");
      },
    });
    const plans = [{ tasks: [{ id: "t", agent: "scout" }] }, { tasks: [{ id: "t", agent: "thief" }] }];
    const planner = () => plans.shift() ?? { tasks: [] };
    const home = house({ name: "two", agents: { scout, thief, clerk }, planner });
    const first = await home.orchestrator.start({ objective: "x" });
    await finish(home, first);
    const length = (await journalOf(first)).length;
    const second = await home.orchestrator.start({ objective: "x" });
    await finish(home, second);
    await second.cancel();
    await settle();
    expect(timesWiped()).toBe(0);
    expect((await journalOf(first)).length).toBe(length);
    expect((await journalOf(second)).filter(({ event }) => event["act"] !== undefined)).toHaveLength(1);
  });

  it("A-ID-04 a person's word is worth nothing for another run, or again", async () => {
    const asking = defineTool({ name: "wipe", effect: "once", needsApproval: true, run: wipeOut });
    const agent = defineAgent({ name: "clerk", tools: [asking], run: (_, { tool }) => tool("wipe", null) });
    const home = house({
      name: "word",
      agents: { agent },
      planner: { tasks: [{ id: "t", agent: "clerk", retries: 0 }] },
    });
    const runs = [await home.orchestrator.start({ objective: "x" }), await home.orchestrator.start({ objective: "y" })];
    const [first, second] = await Promise.all(runs.map((run) => finish(home, run)));
    const [question, other] = [first?.pendingApprovals[0], second?.pendingApprovals[0]];
    if (question === undefined || other === undefined) throw new Error("nobody was asked");
    const word: Decision = { requestId: question.id, digest: question.digest, decision: "reject", by: "ann" };
    expect(await home.orchestrator.decide(word)).toEqual({ accepted: true });
    for (const again of [word, { ...word, decision: "approve" as const }])
      expect(await home.orchestrator.decide(again)).toMatchObject({ accepted: false, code: "approval.closed" });
    const [, after] = await Promise.all(runs.map((run) => finish(home, run)));
    expect([after?.pendingApprovals.map(({ id }) => id), timesWiped()]).toEqual([[other.id], 0]);
  });
});

describe("an agent's own request", () => {
  const asking = defineTool({ name: "wipe", effect: "once", needsApproval: true, run: wipeOut });
  const scout = defineAgent({ name: "scout", tools: [asking], run: (_, { tool }) => tool("wipe", null) });
  const lead = defineAgent({
    name: "lead",
    tools: [asking],
    delegates: ["scout"],
    run: (_, { delegate }) => delegate("scout", { objective: "x" }),
  });
  const config = { name: "own", agents: { lead, scout }, planner: { tasks: [{ id: "t", agent: "lead" }] } };

  it.each(["lead", "scout", "Lead", " scout", "ｌｅａｄ", "le\u200bad", "", " ", "\u200b"])(
    "A-ID-06 I-P4 is approved neither by it, nor by one on whose behalf it asks, through the API under the name %j",
    async (by) => {
      const home = house(config);
      const run = await home.orchestrator.start({ objective: "x" });
      const [question] = (await finish(home, run)).pendingApprovals;
      expect(question?.requester.chain).toEqual(["lead", "scout"]);
      const word = { requestId: question?.id ?? "", digest: question?.digest ?? "", decision: "approve", by } as const;
      expect(await home.orchestrator.decide(word)).toMatchObject({ accepted: false, code: "approval.requester" });
      await settle();
      expect(timesWiped()).toBe(0);
      await run.cancel();
      expect(ruledIn(await journalOf(run))).toContainEqual(
        expect.objectContaining({ rule: "approval.requester", verdict: "refused", data: { by, decision: "approve" } }),
      );
    },
  );

  it.each<readonly [unknown]>([[["lead"]], [{ id: "lead" }], [null], [7], [true], [undefined]])(
    "A-ID-06 A-ID-03 nor under what is no name at all: %j",
    async (by) => {
      const home = house(config);
      const run = await home.orchestrator.start({ objective: "x" });
      const [question] = (await finish(home, run)).pendingApprovals;
      const word = { requestId: question?.id, digest: question?.digest, decision: "approve", by } as never;
      expect(await home.orchestrator.decide(word)).toMatchObject({ accepted: false });
      await settle();
      expect([timesWiped(), (await run.report()).pendingApprovals.length]).toEqual([0, 1]);
    },
  );

  it("A-ID-06 has no act by which it could be approved: an agent cannot name one", async () => {
    const mind = setup({ actors: { decide: fromPromise(async () => null) } }).createMachine({
      id: "mind",
      version: "1",
      initial: "deciding",
      states: {
        deciding: {
          invoke: { id: "decide", src: "decide", input: { decision: "approve" } as never, onDone: "done" },
        },
        done: { type: "final" },
      },
    });
    const judge = defineAgent({ name: "judge", machine: mind });
    const plan = { tasks: [{ id: "t", agent: "judge", retries: 0 }] };
    const home = house({ name: "self", agents: { judge }, planner: plan });
    const report = await finish(home, await home.orchestrator.start({ objective: "x" }));
    expect([report.status, report.failure?.code]).toEqual(["failed", "agent.unsupported"]);
    const run = await house(config).orchestrator.start({ objective: "x" });
    expect(() => run.actor.send({ type: "question.decide", word: {} })).toThrow("is not an application's to send");
  });
});
