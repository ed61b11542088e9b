/** A run paused and resumed at the worst moment goes on: nothing of what was under way before the pause is in its way. */
import { expect, it } from "vitest";
import { defineAgent } from "../../actors/define-agent.ts";
import { defineTool } from "../../actors/define-tool.ts";
import { house, settle } from "../support/house.ts";

it("N1 tells a function that was stopped and started again in one breath what its acts came to", async () => {
  const world = Promise.withResolvers<string>();
  const slow = defineTool({ name: "slow", effect: "read", run: (_: { n: number }) => world.promise });
  const agent = defineAgent({
    name: "agent",
    tools: [slow],
    run: async (_, { tool }) => [await tool("slow", { n: 1 }), await tool("slow", { n: 2 })],
  });
  const { orchestrator } = house({
    name: "pausing",
    agents: { agent },
    planner: { tasks: [{ id: "a", agent: "agent" }] },
  });
  const run = await orchestrator.start({ objective: "finish" });
  await settle();
  await Promise.all([run.pause(), run.resume()]);
  await settle();
  world.resolve("done");
  await settle();
  expect(await run.report()).toMatchObject({ status: "completed", output: { a: ["done", "done"] } });
});

it("F1 validates again after a pause, though the first validation has not ended", async () => {
  const scores: PromiseWithResolvers<number>[] = [];
  const evaluate = async () => {
    const score = Promise.withResolvers<number>();
    scores.push(score);
    return { score: await score.promise };
  };
  const agent = defineAgent({ name: "agent", run: () => "output" });
  const { orchestrator } = house({
    name: "pausing",
    agents: { agent },
    planner: { tasks: [{ id: "a", agent: "agent" }] },
    validation: { evaluators: [{ name: "slow", evaluate }] },
  });
  const run = await orchestrator.start({ objective: "finish" });
  await settle();
  await run.pause();
  await settle();
  await run.resume();
  await settle();
  scores.at(-1)?.resolve(1);
  await settle();
  // The first validation ends last; it is noted as late, by nobody any more.
  scores[0]?.resolve(0);
  await settle();
  expect([scores.length, (await run.report()).status]).toEqual([2, "completed"]);
});
