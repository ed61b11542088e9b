/** Run events: what the agents of a run, and the gates and questions of their acts, tell the orchestrator. */

import type { AnyEventObject } from "xstate";
import type { Failure } from "../../src/contracts/errors.ts";
import type { Settled } from "../../src/decisions/admission.ts";
import type { CallEnded } from "../../src/decisions/health.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { actOf, OUTPUT, rejected } from "./agent-paths.ts";
import { broken } from "./gate-paths.ts";
import type { RunVariant } from "./run-variants.ts";
import { actorsOf, type RunSnapshot, type RunWorld } from "./run-world.ts";

export const refusedOutput: Failure = { code: "output.invalid", message: "the output did not pass: style: poor" };
export const crashed: Failure = { code: "machine.failed", message: "its chart threw" };

export function agentEvents(snapshot: RunSnapshot, world: RunWorld, variant: RunVariant): readonly AnyEventObject[] {
  const { context } = snapshot;
  return actorsOf(context).flatMap(({ actor, position }) => {
    const isBusy = world.busy.includes(actor);
    const n = world.acts[actor] ?? 0;
    const acts = position === 0 && n < actsOf(context, variant) ? proposals(snapshot, world, variant, actor, n) : [];
    return [
      ...(isBusy ? [] : ends(snapshot, actor, position).slice(0, variant.smooth ? 1 : 3)),
      ...acts,
      ...settlements(snapshot, actor),
      ...(variant.doing.includes("fail") ? failures(snapshot, actor) : []),
    ];
  });
}

/** After a second attempt, or a new plan, nothing is tried that was not tried before. */
function actsOf({ schedule, replans, acts: open, queue }: RunState, { acts, attempts, serial }: RunVariant): number {
  const isFree = !serial || Object.keys(open).length + queue.length === 0;
  return isFree && replans === 0 && (schedule.tasks[0]?.attempt ?? 0) <= attempts ? acts : 0;
}

function ends({ context }: RunSnapshot, actor: string, position: number): readonly AnyEventObject[] {
  const number = context.schedule.tasks[position]?.attempt ?? 0;
  const { findings } = rejected;
  return [
    { type: "agent.done", actor, position, number, output: OUTPUT, scores: { style: 1 } },
    { type: "agent.failed", actor, position, number, failure: refusedOutput, findings },
    { type: "actor.failed", actor, failure: crashed },
  ];
}

function proposals(
  { context }: RunSnapshot,
  { at }: RunWorld,
  { doing, cheaper }: RunVariant,
  actor: string,
  n: number,
): readonly AnyEventObject[] {
  const task = context.schedule.tasks[0];
  const attempt = {
    run: context.run,
    actor,
    agent: task?.agent ?? "",
    task: "a",
    position: 0,
    number: task?.attempt ?? 0,
    since: 1,
    startedAt: 0,
  };
  const gate = `${actor}/${n}`;
  const instead = cheaper === undefined ? {} : { cheaper };
  const wish = {
    kind: "call",
    id: gate,
    agent: actor,
    position: 0,
    tool: "send",
    ...symbols(n),
    ...price,
    ...instead,
  };
  const call = { type: "call.proposed", wish };
  return [
    ...(doing.includes("call") ? [call] : []),
    ...(doing.includes("denied") ? [denied(gate)] : []),
    ...(doing.includes("write")
      ? [{ type: "board.requested", attempt, n, act: { ...actOf("write", Number(actor.slice(2))), expect: 0 } }]
      : []),
    ...(doing.includes("delegate")
      ? [{ type: "delegation.requested", attempt, n, act: { kind: "delegate", agent: "helper", objective: "a part" } }]
      : []),
    ...(doing.includes("ask")
      ? [
          {
            type: "question.opened",
            approval: gate,
            asker: actor,
            question,
            role: "owner",
            expiresMs: 604_800_000,
            at: at + 1,
          },
        ]
      : []),
  ];
}

const question = { kind: "answer", title: "", subject: { question: "?" }, digest: "", reason: "", requester: {} };
const price = { hold: { costMicroUsd: 0, tokens: 0 }, effect: "read" };
/** All calls are the same to the loop rule. */
const symbols = (n: number) => ({ symbol: "same", places: [], maxIdentical: null, digest: `of ${n}`, key: `a/${n}` });

/** A gate tells that its call, of no cost, has ended: so, or otherwise as `how` says. */
const settled = (gate: string, position: number, how: Partial<Settled & CallEnded>): AnyEventObject => ({
  type: "call.settled",
  call: {
    gate,
    position,
    symbol: "same",
    tool: "send",
    places: [],
    reads: true,
    says: "done",
    maxIdentical: null,
    result: "same",
    outcome: "completed",
    failure: null,
    value: null,
    sent: true,
    cost: null,
    ...how,
  },
});

/** A call that its judge denied: it settles without ever having been proposed. */
const denied = (gate: string): AnyEventObject =>
  settled(gate, 0, {
    symbol: `denied ${gate}`,
    result: "refused test",
    outcome: "refused",
    failure: "policy.denied",
    sent: false,
  });

/** Calls of an agent that were granted and have not ended. */
const heldBy = ({ acts }: RunState, actor: string) =>
  Object.entries(acts).filter(([, act]) => act.agent === actor && act.stage === "held");

/** Calls that were granted end, all with one result. */
const settlements = ({ context }: RunSnapshot, actor: string): readonly AnyEventObject[] =>
  heldBy(context, actor).map(([gate, { position }]) => settled(gate, position, { value: "same" }));

/** Calls that were granted and whose try has failed; their tool says nothing of further tries. */
const failures = ({ context }: RunSnapshot, actor: string): readonly AnyEventObject[] =>
  heldBy(context, actor).map(([gate, { position }]) => ({
    type: "call.failed",
    gate,
    position,
    tool: "send",
    tries: 1,
    failure: broken,
    cost: null,
  }));

/** A call whose try has failed, and that is not made again, has settled. */
export const failed = ({ gate, position }: AnyEventObject): AnyEventObject =>
  settled(gate, position, {
    result: `failed ${broken.code} ${broken.message}`,
    outcome: "failed",
    failure: broken.code,
  });
