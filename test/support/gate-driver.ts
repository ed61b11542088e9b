/** Gate driver: one call in a real run, with all that must have happened before for its path to be possible. */
import type { AnyEventObject } from "xstate";
import type { ApprovalOutcome } from "../../src/contracts/approvals.ts";
import type { Failure } from "../../src/contracts/errors.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { RunSettings } from "../../src/contracts/settings.ts";
import type { Judgement, Verdict } from "../../src/contracts/tools.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { threw } from "./agent-paths.ts";
import { EXPIRY } from "./approval-paths.ts";
import { BACKOFF, broken, executed, type GatePath, lost, TIMEOUT } from "./gate-paths.ts";
import { assertIn } from "./path-driver.ts";
import type { PuppetHouse } from "./puppet-house.ts";
import { grantOf, planOf, settingsOf, taskOf } from "./runs.ts";

/** Enough for every call of a path but one that is too dear. */
const ENOUGH = 1_000;

/** A run in which a call is tried as often as on the path; where the path refuses a further try, because it has no call left. */
function settingsFor(path: GatePath, callsBefore: number): RunSettings {
  const retries = path.steps.filter(({ event }) => event.type === "retry.granted").length;
  const tool = { retries, breaker: false as const };
  return settingsOf({
    agents: [grantOf("worker"), grantOf("helper")],
    owner: "owner",
    replans: 0,
    loops: { identical: 99 },
    tools: { send: tool, "send-less": tool },
    limits: { costMicroUsd: ENOUGH, ...(isSpent(path) ? { toolCalls: callsBefore + executionsOf(path) } : {}) },
  });
}
const plan = planOf(taskOf("a", { agent: "worker", retries: 1, backoffMs: 1_000 }));
const FORBIDDEN = "forbidden";
const ALLOW: Verdict = { kind: "allow", rule: "test" };

const executionsOf = ({ steps }: GatePath): number =>
  steps.filter(({ taken }) => taken.some((name) => name.endsWith("→ executing"))).length;

/** Whether the path ends with a further try that was refused. */
function isSpent({ steps }: GatePath): boolean {
  const types = steps.map(({ event }) => event.type);
  return types.includes("retry.granted") && types.lastIndexOf("hold.refused") > types.indexOf("retry.granted");
}

/** The call that a hold of the path is about. */
interface Hold {
  readonly type: string;
  readonly judgement: Judgement;
}

const holdsOf = ({ steps }: GatePath): readonly Hold[] =>
  steps.flatMap(({ event: { type }, snapshot: { context } }) =>
    type.startsWith("hold.") && context.judgement !== null ? [{ type, judgement: context.judgement }] : [],
  );

export async function gateDrive(house: PuppetHouse, path: GatePath): Promise<void> {
  const gate = await before(house, path);
  await house.propose(gate.split("/")[0] ?? "", { kind: "tool", tool: "send", args: { text: "first" } });
  const { steps } = path;
  for (const [place, { event, snapshot }] of steps.entries()) {
    const next = steps[place + 1]?.event.type ?? "";
    await happen(house, gate, event, next);
    // A hold, and a second try, is decided in the entry that asks for it.
    if (snapshot.value !== "holding" && snapshot.value !== "failing") assertIn(house, gate, snapshot);
    const isAsked = house.core.state.questions.some(({ actor }) => actor.startsWith(`${gate}/`));
    if (isAsked && snapshot.status !== "active") throw new Error("somebody is asked about a call that has settled");
  }
}

async function happen(house: PuppetHouse, gate: string, event: AnyEventObject, next: string): Promise<void> {
  const { round } = house.contextOf<{ round: number } | undefined>(gate) ?? { round: 0 };
  switch (event.type) {
    case "xstate.done.actor.judge":
      return house.answer("judge", given(event["output"], house.policy, next), gate);
    case "hold.substituted":
      return house.answer("economise", "substitute");
    case "xstate.done.actor.execute":
    case "xstate.done.actor.reconcile":
      return house.answer(srcOf(event.type), event["output"], gate);
    case "xstate.error.actor.judge":
    case "xstate.error.actor.execute":
    case "xstate.error.actor.reconcile": {
      const failure: Failure = event["error"];
      if (failure.code === "effect.unknown") return house.lose("execute", lost(`${gate}/execute/${round}`));
      return house.fail(srcOf(event.type), failure, gate);
    }
    case "policy.changed":
      return house.authorise(event["restarted"]);
    case TIMEOUT:
    case BACKOFF:
      return house.pass(gate, event.type);
    case "question.answered":
      return answer(house, gate, event["outcome"]);
    case "actor.failed":
      // No person can make the chart of a question throw; a decision that is none does.
      return house.signal({ type: "question.decide", word: null }, questionOf(house, gate).actor);
  }
}

const srcOf = (type: string): string => type.slice(type.lastIndexOf(".") + 1);

/** A judgement under the policy in force, or under another one, where the hold is to be refused for that. */
const given = (judgement: Judgement, policy: string | null, next: string): Judgement => ({
  ...judgement,
  symbol: next === "hold.refused" ? FORBIDDEN : "fresh",
  policy: next === "hold.stale" ? "another" : policy,
  ...(next === "hold.substituted" ? { hold: { costMicroUsd: ENOUGH + 1, tokens: 0 }, cheaper: "send-less" } : {}),
});

function questionOf({ core }: PuppetHouse, gate: string): { readonly actor: string; readonly digest: string } {
  const question = (core.state as RunState).questions.find(({ actor }) => actor.startsWith(`${gate}/`));
  if (question === undefined) throw new Error(`nobody is asked about ${gate}`);
  return question;
}

const decisions = { approved: "approve", edited: "edit", answered: "answer", rejected: "reject" } as const;

function answer(house: PuppetHouse, gate: string, outcome: ApprovalOutcome): Promise<void> {
  const { actor, digest } = questionOf(house, gate);
  if (outcome.kind === "expired") return house.pass(actor, EXPIRY);
  const { by } = outcome;
  const value: Json | undefined = "value" in outcome ? outcome.value : undefined;
  const word = { digest, decision: decisions[outcome.kind], by, ...(value === undefined ? {} : { value }) };
  return house.signal({ type: "question.decide", word }, actor);
}

/** What has to be on record for the path: a call that is forbidden, calls that an earlier attempt has made. */
async function before(house: PuppetHouse, path: GatePath): Promise<string> {
  const holds = holdsOf(path);
  const earlier = holds.filter(({ type }) => type === "hold.shared" || type === "hold.doubtful");
  await house.start(settingsFor(path, earlier.length));
  await house.answer("plan", { plan, faults: [] });
  let acts = 0;
  if (holds.some(({ type }) => type === "hold.refused") && !isSpent(path)) {
    await call(house, `a#1/${acts++}`, {
      ...(holds[0] as Hold).judgement,
      verdict: ALLOW,
      effect: "read",
      symbol: FORBIDDEN,
      maxIdentical: 1,
    });
    await house.answer("execute", executed);
    await house.answer("intervene", "nudge");
  }
  for (const { type, judgement } of earlier) {
    await call(house, `a#1/${acts++}`, { ...judgement, verdict: ALLOW, symbol: `earlier ${type}` });
    if (type === "hold.shared") await house.answer("execute", executed);
    else await house.fail("execute", broken);
  }
  if (earlier.length === 0) return `a#1/${acts}`;
  await house.stumble("a#1", threw);
  await house.pass("orchestrator", "task.due");
  return "a#2/0";
}

async function call(house: PuppetHouse, gate: string, judgement: Judgement): Promise<void> {
  await house.propose(gate.split("/")[0] ?? "", { kind: "tool", tool: "send", args: { gate } });
  await house.answer("judge", judgement, gate);
}
