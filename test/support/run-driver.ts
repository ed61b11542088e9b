/** Run driver: a whole run with real agents, gates and questions, made to tell the orchestrator what its path says. */

import type { AnyEventObject } from "xstate";
import { ORCHESTRATOR } from "../../src/contracts/ids.ts";
import type { Settled } from "../../src/decisions/admission.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { accepted, OUTPUT, rejected } from "./agent-paths.ts";
import { judged } from "./gate-paths.ts";
import { abstractionOf } from "./orchestrator-paths.ts";
import { assertIn } from "./path-driver.ts";
import type { PuppetHouse } from "./puppet-house.ts";
import type { RunVariant } from "./run-variants.ts";
import type { RunPath } from "./run-world.ts";

export const runDrive =
  ({ settings }: RunVariant) =>
  async (house: PuppetHouse, { steps }: RunPath): Promise<void> => {
    house.policy = settings.policy ?? null;
    await house.start(settings);
    for (const [place, { event, snapshot }] of steps.entries()) {
      await happen(
        house,
        event,
        steps.slice(place + 1).map((step) => step.event),
      );
      if (isBetween(snapshot.context, steps[place + 1]?.event) || event.type === "call.failed") continue;
      assertIn(house, ORCHESTRATOR, snapshot);
      const [now, then] = [house.core.state, snapshot.context].map((state) => JSON.stringify(abstractionOf(state)));
      if (now !== then) throw new Error(`after ${event.type} the run is\n${now}, not\n${then}`);
    }
  };

/** A question of the orchestrator's is asked, and answered, within one entry; the path has more than one step for it. */
const isBetween = ({ concern, answer, questions }: RunState, next: AnyEventObject | undefined): boolean =>
  (concern !== null && answer === null && !questions.some(({ actor }) => actor === concern.approval)) ||
  (/^question\.(opened|answered)$/.test(next?.type ?? "") && next?.["approval"].startsWith(`${ORCHESTRATOR}/resolve/`));

async function happen(house: PuppetHouse, event: AnyEventObject, later: readonly AnyEventObject[]): Promise<void> {
  if (event["at"] > house.time.now() && !isDeadline(event)) await house.passTo(event["at"]);
  switch (event.type) {
    case "agent.done":
      return end(house, event["actor"], accepted);
    case "agent.failed":
      return end(house, event["actor"], rejected);
    case "actor.failed":
      // A review, or a decision, that is none makes the chart that hears of it throw.
      return isQuestion(house, event["actor"])
        ? house.signal({ type: "question.decide", word: null }, event["actor"])
        : end(house, event["actor"], null);
    case "call.proposed":
      return call(house, event["wish"].id, "allow", event["wish"].symbol, event["wish"].cheaper);
    case "claim.expired":
      // Of a claim that is not there; a timer that is late says nothing else.
      return;
    case "call.failed":
      return house.fail("execute", event["failure"], event["gate"]);
    case "call.settled":
      return settle(house, event["call"]);
    case "board.requested":
    case "delegation.requested":
      return house.propose(event["attempt"].actor, event["act"]);
    case "question.opened":
      // The orchestrator's own question follows from what came before.
      if (event["asker"] === ORCHESTRATOR) return;
      return house.propose(event["asker"], { kind: "ask", question: `question ${event["approval"]}` });
    case "question.closed":
      return answer(house, event["approval"], later[0]);
    case "question.changed":
    case "task.due":
    case "wall.reached":
      return house.passTo(event["at"]);
    case "perform.done":
      return house.answer(performerOf(event["key"]), event["output"]);
    case "perform.failed":
      return house.fail(performerOf(event["key"]), event["failure"]);
    case "policy.changed":
      return house.authorise(false);
    case "run.pause":
      for (const actor of endingWhilePaused(later)) await report(house, actor);
      return house.signal({ type: "run.pause" });
    case "run.resume":
      return house.signal({ type: "run.resume" });
    case "run.cancel":
      return house.signal({ type: "run.cancel", reason: event["reason"] });
    case "run.quarantine":
      return house.signal({ type: "run.quarantine", agent: event["agent"], reason: event["reason"] });
    case "run.amend": {
      const { type, objective, digest, replaces, by } = event;
      return house.signal({ type, objective, digest, replaces, by });
    }
    case "run.limit":
      return house.signal({ type: "run.limit", limits: event["limits"], by: event["by"] });
    case "run.signal":
      return house.signal({ type: "run.signal", name: event["name"], data: event["data"] });
    default:
      if (event.type.startsWith("xstate.done.actor.")) return house.answer(srcOf(event.type), event["output"]);
      if (event.type.startsWith("xstate.error.actor.")) return house.fail(srcOf(event.type), event["error"]);
  }
}

const isDeadline = ({ type }: AnyEventObject): boolean => /^(question\.changed|task\.due|wall\.reached)$/.test(type);

const performerOf = (key: string): string => (key.startsWith("conflict/") ? "resolve" : "authorise");

const srcOf = (type: string): string => type.slice(type.lastIndexOf(".") + 1);

const isQuestion = ({ core }: PuppetHouse, actor: string): boolean => core.actors.get(actor)?.kind === "approval";

/** An attempt that ends while the run is paused was being reviewed when it was paused: its function is held back. */
function endingWhilePaused(later: readonly AnyEventObject[]): readonly string[] {
  const resumed = later.findIndex(({ type }) => type === "run.resume");
  const during = resumed < 0 ? later : later.slice(0, resumed);
  return during
    .filter(({ type, actor }) => /^(agent\.(done|failed)|actor\.failed)$/.test(type) && actor.includes("#"))
    .map(({ actor }) => actor);
}

async function report(house: PuppetHouse, actor: string): Promise<void> {
  if (!house.asks("review", actor)) await house.finish(actor, OUTPUT);
}

async function end(house: PuppetHouse, actor: string, review: unknown): Promise<void> {
  await report(house, actor);
  await house.answer("review", review, actor);
}

async function settle(house: PuppetHouse, { gate, symbol, outcome, sent, value, result }: Settled): Promise<void> {
  // It has followed from the failure.
  if (outcome === "failed") return;
  if (sent) await house.answer("execute", { output: value, digest: result }, gate);
  else await call(house, gate, "deny", symbol ?? "");
}

async function call(
  house: PuppetHouse,
  gate: string,
  verdict: "allow" | "deny",
  symbol: string,
  cheaper?: string,
): Promise<void> {
  const actor = gate.slice(0, gate.indexOf("/"));
  await house.propose(actor, { kind: "tool", tool: "send", args: { gate } });
  // Time passes on these paths; the calls are not limited in it.
  const { timeoutMs: _, hold: __, ...judgement } = judged({ gate }, verdict, "read");
  await house.answer("judge", { ...judgement, symbol, ...(cheaper === undefined ? {} : { cheaper }) }, gate);
}

/** A person's word on a question: the answer an agent waits for, or what the next event says about the run. */
async function answer(house: PuppetHouse, approval: string, next: AnyEventObject | undefined): Promise<void> {
  const { question } = house.contextOf<{ question: { digest: string; kind: string } }>(approval);
  const isRejected = next?.type === "question.answered" && next["outcome"].kind === "rejected";
  const decision = isRejected
    ? { decision: "reject", reason: "no" }
    : question.kind === "answer"
      ? { decision: "answer", value: "yes" }
      : { decision: "approve" };
  await house.signal({ type: "question.decide", word: { digest: question.digest, by: "ann", ...decision } }, approval);
}
