/** Delegators in runs: how they end, whom they keep waiting, and charts that are one. */
import { describe, expect, it } from "vitest";
import { assign, setup } from "xstate";
import { type AgentContext, agentActors, defineAgent, defineTool } from "../../index.ts";
import { decide, finish, house, START, settle } from "../support/house.ts";
import { outputOf } from "../support/office.ts";

describe("the end of a delegator", () => {
  it("I-O2 G5 is the end of what it delegated, and of the calls of that", async () => {
    const [begun, aborted]: [string[], string[]] = [[], []];
    const bothWait = async (): Promise<void> => {
      while (begun.length % 2 > 0 || begun.length === aborted.length) await settle(1);
    };
    const wait = defineTool({
      name: "wait",
      effect: "read",
      run: ({ of }: { of: string }, { signal }) =>
        new Promise((_, reject) => {
          begun.push(of);
          signal.addEventListener("abort", () => {
            aborted.push(of);
            reject(new Error("aborted"));
          });
        }),
    });
    const agent = (
      name: string,
      delegates: readonly string[],
      run: (context: AgentContext<readonly [typeof wait]>) => unknown,
    ) => defineAgent({ name, tools: [wait], delegates, run: (_, context) => run(context) });
    const home = house({
      name: "ends",
      agents: {
        lead: agent("lead", ["scout"], async ({ delegate }) => {
          void delegate("scout", { objective: "the hill" });
          await bothWait();
          return "enough";
        }),
        scout: agent("scout", ["clerk"], ({ delegate, tool }) =>
          Promise.all([tool("wait", { of: "scout" }), delegate("clerk", { objective: "the file" })]),
        ),
        clerk: agent("clerk", [], ({ tool }) => tool("wait", { of: "clerk" })),
      },
      planner: {
        tasks: [
          { id: "t", agent: "lead" },
          { id: "last", agent: "lead", needs: ["t"] },
        ],
      },
    });
    const run = await home.orchestrator.start({ objective: "the whole" });
    const report = await finish(home, run);
    expect(report.output).toEqual({ last: "enough" });
    expect(aborted.toSorted()).toEqual(["clerk", "clerk", "scout", "scout"]);
    const parts = report.tasks.filter(({ delegatedBy }) => delegatedBy !== undefined);
    expect(parts.map(({ status }) => status)).toEqual(Array(4).fill("skipped"));
  });

  it("A-ROG-03 stops what ignores that it is stopped, and what it would start in its place, at once", async () => {
    let late = 0;
    const act = defineTool({ name: "act", effect: "read", run: () => void late++ });
    const home = house({
      name: "stubborn",
      agents: {
        lead: defineAgent({
          name: "lead",
          delegates: ["scout"],
          run: (_, { delegate }) => delegate("scout", { objective: "x" }),
        }),
        scout: defineAgent({
          name: "scout",
          tools: [act],
          delegates: ["clerk"],
          run: (_, { tool, delegate, signal }) =>
            new Promise(() => {
              signal.addEventListener("abort", () => {
                void tool("act", null).catch(() => {});
                void delegate("clerk", { objective: "go on without me" }).catch(() => {});
              });
            }),
        }),
        clerk: defineAgent({ name: "clerk", tools: [act], run: (_, { tool }) => tool("act", null) }),
      },
      planner: { tasks: [{ id: "t", agent: "lead" }] },
      graceMs: 1_000,
    });
    const run = await home.orchestrator.start({ objective: "the whole" });
    await settle();
    await run.cancel("enough");
    const report = await finish(home, run);
    await settle();
    expect([report.status, late, home.time.now() - START]).toEqual(["cancelled", 0, 0]);
    expect(report.tasks.map(({ status }) => status)).toEqual(["stopped", "stopped"]);
  });
});

describe("people and delegation", () => {
  const ask = defineTool({ name: "ask", effect: "once", needsApproval: true, run: () => "asked" });
  const agents = {
    lead: defineAgent({
      name: "lead",
      tools: [ask],
      delegates: ["scout"],
      run: async (_, { delegate }) => outputOf(await delegate("scout", { objective: "x" })),
    }),
    scout: defineAgent({
      name: "scout",
      tools: [ask],
      run: async (_, context) => [await context.ask("what?"), await context.tool("ask", null)],
    }),
  };

  it("the run awaits a person when a part does and its delegator waits for it; the question says on whose behalf", async () => {
    const home = house({ name: "asks", agents, planner: { tasks: [{ id: "t", agent: "lead" }] } });
    const run = await home.orchestrator.start({ objective: "the whole" });
    const first = await finish(home, run);
    expect([first.status, first.state]).toEqual(["suspended", "awaiting-human"]);
    expect(first.pendingApprovals[0]?.requester).toEqual({
      agent: "scout",
      task: "t/0",
      chain: ["lead", "scout"],
      accountable: "owner",
    });
    // Over a restart, too.
    const later = house({ name: "asks", agents, planner: { tasks: [{ id: "t", agent: "lead" }] } }, home);
    for (const [decision, value] of [["answer", "that"], ["approve"]] as const) {
      const { pendingApprovals } = await finish(later, await later.orchestrator.resume(run.id));
      for (const request of pendingApprovals) {
        expect(request.requester.chain).toEqual(["lead", "scout"]);
        await decide(later, request, decision, value);
      }
    }
    const report = await finish(later, later.orchestrator.run(run.id));
    expect(report.output).toEqual({ t: ["that", "asked"] });
  });
});

describe("an agent that is a chart", () => {
  it("delegates by invoking, hears of the outcome, and hears of a refusal as an error", async () => {
    const mind = setup({ actors: agentActors, types: { context: {} as { heard: unknown } } }).createMachine({
      id: "mind",
      version: "1",
      initial: "over-reaching",
      context: { heard: null },
      states: {
        "over-reaching": {
          invoke: {
            id: "wrong",
            src: "delegate",
            input: { agent: "lead", objective: "x" },
            onDone: "asking",
            onError: {
              target: "asking",
              actions: assign({ heard: ({ event }) => [(event.error as { code: string }).code] }),
            },
          },
        },
        asking: {
          invoke: {
            id: "right",
            src: "delegate",
            input: { agent: "scout", objective: "the hill" },
            onDone: {
              target: "done",
              actions: assign({ heard: ({ context, event }) => [context.heard, event.output] }),
            },
          },
        },
        done: { type: "final" },
      },
      output: ({ context }) => context.heard,
    });
    const home = house({
      name: "charts",
      agents: {
        lead: defineAgent({ name: "lead", delegates: ["scout"], machine: mind }),
        scout: defineAgent({ name: "scout", run: ({ objective }) => `seen ${objective}` }),
      },
      planner: { tasks: [{ id: "t", agent: "lead" }] },
    });
    const run = await home.orchestrator.start({ objective: "the whole" });
    const report = await finish(home, run);
    expect(report.output).toEqual({
      t: [["delegation.denied"], { kind: "completed", task: "t/0", output: "seen the hill" }],
    });
  });
});
