/** A parked run that a timer wakes: what its agents ask for while it is taken up is new, and not left over. */
import { expect, it } from "vitest";
import { defineAgent, defineTool } from "../../index.ts";
import { finish, house, journalOf } from "../support/house.ts";

const parks = { parkAfterMs: 0, graceMs: 0 };

it("T3 a call that is asked for in the moment of waking is made, and not taken for lost", async () => {
  let calls = 0;
  const send = defineTool({ name: "send", effect: "once", run: () => ++calls });
  const worker = defineAgent({
    name: "worker",
    tools: [send],
    run: ({ attempt }, { tool }) => {
      if (attempt === 1) throw new Error("not at the first attempt");
      return tool("send", {});
    },
  });
  const planner = { tasks: [{ id: "t", agent: "worker" }], output: "t" };
  const home = house({ name: "n", agents: { worker }, planner, ...parks });
  const run = await home.orchestrator.start({ objective: "o" });
  expect(await finish(home, run)).toMatchObject({ status: "completed", output: 1 });
  expect(new Set((await journalOf(run)).map(({ epoch }) => epoch)).size).toBe(2);
});
