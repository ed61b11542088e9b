/** Agent driver: one attempt in a real run, beside another that can be made to fail. */
import type { AnyEventObject } from "xstate";
import type { AgentContext } from "../../machines/agent-events.ts";
import type { Act } from "../../src/contracts/acts.ts";
import { type AgentPath, accepted, MAX_ACTS, MODEL, OUTPUT, TIMEOUT, TIMEOUT_MS, threw } from "./agent-paths.ts";
import { judged } from "./gate-paths.ts";
import { assertIn } from "./path-driver.ts";
import type { PuppetHouse } from "./puppet-house.ts";
import { grantOf, planOf, settingsOf, taskOf } from "./runs.ts";

const AGENT = "a#1";
const settings = settingsOf({
  agents: [
    grantOf("worker", { writes: ["*"], delegates: ["helper"], maxOpenActs: MAX_ACTS, models: [MODEL] }),
    grantOf("helper"),
  ],
  concurrency: 8,
  owner: "owner",
  retries: 0,
  replans: 1,
  loops: { identical: 99 },
});
const plan = planOf(taskOf("a", { agent: "worker", timeoutMs: TIMEOUT_MS }), taskOf("b", { agent: "helper" }));

export async function agentDrive(house: PuppetHouse, { steps }: AgentPath): Promise<void> {
  await house.start(settings);
  await house.answer("plan", { plan, faults: [] });
  /** Writes that are not answered. Each is, in the entry that asks for it, or that ends the pause. */
  const written = new Set<number>();
  for (const { event, snapshot } of steps) {
    if (event["act"]?.kind === "write") written.add(event["n"]);
    if (event.type !== "act.settled" || !written.delete(event["n"])) await happen(house, event);
    if (written.size > 0 && snapshot.value !== "suspended") continue;
    assertIn(house, AGENT, snapshot);
    const [now, then] = [house.contextOf<AgentContext | undefined>(AGENT), snapshot.context];
    if (now !== undefined && (now.acts !== then.acts || now.open !== then.open || now.works !== then.works))
      throw new Error(`${AGENT} has ${now.acts} acts, ${now.open} open, in work ${now.works} of ${then.works}`);
  }
}

/** A delegated part is done. It is known by the act that delegated it. */
async function part(house: PuppetHouse, n: number): Promise<void> {
  const task = house.core.state.schedule.tasks.find(({ delegation }) => delegation?.n === n);
  const actor = `${task?.id}#${task?.attempt}`;
  await house.finish(actor, OUTPUT);
  await house.answer("review", accepted, actor);
}

async function happen(house: PuppetHouse, event: AnyEventObject): Promise<void> {
  switch (event.type) {
    case "act.proposed": {
      const { acts } = house.contextOf<AgentContext>(AGENT);
      const act: Act = event["act"];
      return event["n"] === acts ? house.propose(AGENT, act) : house.request(AGENT, event["n"], act);
    }
    case "act.settled":
      if (event["result"].kind === "completed") return part(house, event["n"]);
      return house.answer("judge", judged({ n: event["n"] }, "deny", "once"), `${AGENT}/${event["n"]}`);
    case "actor.failed":
      // A judge that gives no judgement makes the chart of the gate throw.
      return house.answer("judge", null, event["actor"]);
    case "question.answered": {
      const approval = `${AGENT}/${event["ref"]}`;
      const { question } = house.contextOf<{ question: { digest: string } }>(approval);
      const decision =
        event["outcome"].kind === "answered"
          ? { decision: "answer", value: "yes" }
          : { decision: "reject", reason: "no" };
      return house.signal(
        { type: "question.decide", word: { digest: question.digest, by: "ann", ...decision } },
        approval,
      );
    }
    case "xstate.done.actor.work":
      return house.finish(AGENT, OUTPUT);
    case "xstate.error.actor.work":
      return house.stumble(AGENT, threw);
    case "xstate.done.actor.review":
      return house.answer("review", event["output"], AGENT);
    case "xstate.error.actor.review":
      return house.fail("review", event["error"], AGENT);
    case TIMEOUT:
      return house.pass(AGENT, TIMEOUT);
    case "agent.suspend":
      return house.signal({ type: "run.pause" });
    case "agent.resume":
      return house.signal({ type: "run.resume" });
    case "agent.cancel":
      // The other task fails for good, and so all are called back for a new plan.
      return house.stumble("b#1", threw);
  }
}
