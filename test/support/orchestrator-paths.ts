/** Orchestrator paths: everything that can happen to a run, told from its own state and from what its agents do. */
import type { AnyEventObject } from "xstate";
import { orchestratorMachine } from "../../machines/orchestrator.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import type { Wait } from "../../src/contracts/commands.ts";
import { ORCHESTRATOR } from "../../src/contracts/ids.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import { economyOptions, loopOptions } from "../../src/decisions/concern.ts";
import { isOpen } from "../../src/decisions/conflict.ts";
import { economies } from "../../src/decisions/economy.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { type AskedAction, type PathStep, statePaths } from "../../src/testing/state-paths.ts";
import { accepted, rejected, threw } from "./agent-paths.ts";
import { agentEvents, crashed, failed } from "./run-events.ts";
import { ESCALATION_MS, faults, type RunVariant, START } from "./run-variants.ts";
import { NOTHING, type RunPath, type RunSnapshot, type RunWorld } from "./run-world.ts";

/** Of the objective every run starts with. */
const FIRST = sha256("finish");

export const done = (id: string, output: unknown): AnyEventObject => ({
  type: `xstate.done.actor.${id}`,
  output,
  actorId: id,
});
const error = (id: string): AnyEventObject => ({ type: `xstate.error.actor.${id}`, error: threw, actorId: id });

/** What follows in the same entry of a real run, and so before anything else: the end of a call, or the question about the run itself. */
export function following(
  { concern, answer, questions, conflicts }: RunState,
  { opened, failing, asked }: RunWorld,
): readonly AnyEventObject[] {
  if (failing !== null) return [failed(failing)];
  const aboutConflict = asked.find(
    (approval) => !questions.some(({ actor }) => actor === approval) && isUnsettled(conflicts, approval),
  );
  if (aboutConflict !== undefined) return askedAbout(aboutConflict, "resolve", opened);
  if (concern === null || answer !== null || questions.some(({ actor }) => actor === concern.approval)) return [];
  const { approval, kind } = concern;
  return askedAbout(approval, kind, opened);
}

const isUnsettled = (conflicts: RunState["conflicts"], approval: string): boolean =>
  conflicts.some((conflict, place) => isOpen(conflict) && approval === `${ORCHESTRATOR}/resolve/${place}`);

function askedAbout(approval: string, kind: string, opened: RunWorld["opened"]): readonly AnyEventObject[] {
  if (!opened.includes(approval)) {
    const question = { kind, title: "", subject: null, digest: "", reason: "", requester: {} };
    return [
      { type: "question.opened", approval, asker: ORCHESTRATOR, question, role: "owner", expiresMs: 604_800_000 },
    ];
  }
  return [
    { type: "question.answered", approval, outcome: { kind: "approved", by: "ann", digest: "" } },
    { type: "question.answered", approval, outcome: { kind: "rejected", by: "ann", reason: "no" } },
  ];
}

const isUnpaid = ({ trouble }: RunState): boolean => trouble?.kind === "budget" && trouble.plan === true;

function effectEvents({ value, context }: RunSnapshot, { plan, talkative }: RunVariant): readonly AnyEventObject[] {
  switch (value) {
    case "planning": {
      if (isUnpaid(context)) return [done("plan", { plan: { tasks: [] }, faults: [], unpaid: true })];
      const { planCost: cost } = context.settings;
      return [
        done("plan", { plan, faults: [], ...(cost === undefined ? {} : { cost }) }),
        ...(talkative ? [done("plan", { plan, faults }), error("plan")] : []),
      ];
    }
    case "validating":
      return [done("validate", accepted), ...(talkative ? [done("validate", rejected), error("validate")] : [])];
    case "looping-detected": {
      const { hasFallback, canReplan, asksPeople } = loopOptions(context);
      return [
        done("intervene", "nudge"),
        ...(hasFallback ? [done("intervene", "reassign")] : []),
        ...(canReplan ? [done("intervene", "replan")] : []),
        ...(asksPeople ? [done("intervene", "ask")] : [done("intervene", "stop")]),
        error("intervene"),
      ];
    }
    case "over-budget": {
      return [...economies(economyOptions(context)).map((one) => done("economise", one)), error("economise")];
    }
    default:
      return [];
  }
}

/** The next deadline: of the orchestrator's own, and of people who have been asked and not answered. */
function timeEvents({ questions }: RunState, { waits }: RunWorld): readonly AnyEventObject[] {
  const due = [
    ...waits.map((wait) => ({ ...wait.event, at: wait.due })),
    ...questions
      .filter(({ role }) => role === "owner")
      .map(({ actor, askedAt }) => ({
        type: "question.changed",
        approval: actor,
        role: "lead",
        approvals: [],
        at: askedAt + ESCALATION_MS,
      })),
  ].toSorted((one, other) => one.at - other.at);
  return due.filter(({ at }) => at === due[0]?.at).slice(0, 1);
}

function events(variant: RunVariant) {
  return (snapshot: RunSnapshot, world: RunWorld): readonly AnyEventObject[] => {
    const { value, context } = snapshot;
    const next = following(context, world);
    const possible =
      next.length > 0
        ? next
        : [
            ...effectEvents(snapshot, variant),
            ...timeEvents(context, world),
            ...agentEvents(snapshot, world, variant),
            ...context.questions
              .filter(
                ({ actor, kind }) =>
                  kind === "resolve" || context.concern?.approval === actor || variant.doing.includes("ask"),
              )
              .map(({ actor }) => ({
                type: "question.closed",
                approval: actor,
                asker: actor.replace(/\/\d+$/, ""),
                outcome: "answered",
                by: "ann",
              })),
            ...(variant.talkative ? context.questions : [])
              .filter(({ actor }) => context.concern?.approval === actor)
              .map(({ actor }) => ({ type: "actor.failed", actor, failure: crashed })),
            ...Object.keys(context.judging).flatMap(verdicts),
            ...(value === "executing" && variant.talkative && context.policyChanges + context.quarantines.length === 0
              ? [{ type: "policy.changed", policy: "another", restarted: false }]
              : []),
            ...context.conflicts.flatMap((conflict, place) =>
              isOpen(conflict) && !world.asked.includes(`${ORCHESTRATOR}/resolve/${place}`)
                ? resolutions(`conflict/${conflict.id}`)
                : [],
            ),
            ...(variant.doing.includes("fail") && value !== "planning"
              ? [{ type: "claim.expired", call: "send x", epoch: 1 }]
              : []),
            ...(value === "paused" ? [{ type: "run.resume" }] : []),
            ...(world.pauses === 0 && !(variant.smooth && value === "executing") ? [{ type: "run.pause" }] : []),
            { type: "run.cancel", reason: "enough" },
            ...(variant.talkative && context.policyChanges + context.quarantines.length === 0
              ? [{ type: "run.quarantine", agent: "worker", reason: "it lies" }]
              : []),
            ...(variant.amends && context.objectiveDigest === FIRST
              ? [FIRST, "another"].map((replaces) => ({
                  type: "run.amend",
                  objective: "finish early",
                  digest: "d1",
                  replaces,
                  by: "olga",
                }))
              : []),
            ...(value === "executing" && variant.talkative
              ? [
                  { type: "run.signal", name: "news", data: 1 },
                  { type: "run.limit", limits: { tokens: 1_000 }, by: "olga" },
                ]
              : []),
          ];
    return possible.map((event) => ({ at: world.at, seq: 1, ...event }));
  };
}

const resolutions = (key: string): readonly AnyEventObject[] => [
  { type: "perform.done", key, output: { winner: "refused", rule: "test", reason: "newer" } },
  { type: "perform.done", key, output: { winner: "nobody", reason: "a tie", asks: true } },
  { type: "perform.failed", key, failure: threw },
];

/** What the policy says of a read or write. */
const verdicts = (key: string): readonly AnyEventObject[] => [
  { type: "perform.done", key, output: { verdict: { kind: "allow", rule: "test" } } },
  { type: "perform.done", key, output: { verdict: { kind: "deny", rule: "test", reason: "no" } } },
  { type: "perform.failed", key, failure: threw },
];

const waitsOf = (asked: readonly AskedAction[], at: Timestamp): RunWorld["waits"] =>
  asked
    .filter(({ type }) => type === "wait")
    .map(({ params }) => params as Wait)
    .map(({ id, ms, event }) => ({ id, due: at + ms, event }));

const PROPOSALS: ReadonlySet<string> = new Set([
  "call.proposed",
  "board.requested",
  "delegation.requested",
  "question.opened",
]);

function after(world: RunWorld, { event, asked, snapshot }: PathStep, { value }: RunSnapshot): RunWorld {
  const proposer = event["wish"]?.agent ?? event["attempt"]?.actor ?? event["asker"];
  const actor: string = proposer ?? (event["call"] ?? event)["gate"]?.split("/")[0];
  const proposes = (PROPOSALS.has(event.type) || event["call"]?.outcome === "refused") && actor !== ORCHESTRATOR;
  const set = waitsOf(asked, event["at"]);
  const isPaused = snapshot.value === "paused";
  return {
    // No two questions are asked at once, so that no two deadlines fall together.
    at: event.type === "question.opened" && proposes ? event["at"] + 1 : event["at"],
    acts: proposes ? { ...world.acts, [actor]: (world.acts[actor] ?? 0) + 1 } : world.acts,
    busy: isPaused ? (proposes ? [...world.busy, actor] : world.busy) : [],
    failing: event.type === "call.failed" ? event : null,
    asked: [
      ...world.asked,
      ...asked
        .filter(({ type }) => type === "spawn")
        .map(({ params }) => (params as { id: string }).id)
        .filter((id) => id.startsWith(`${ORCHESTRATOR}/resolve/`)),
    ],
    waits: [
      ...world.waits.filter(
        ({ id, event: due }) =>
          !(due.type === event.type && due["position"] === event["position"]) && set.every((wait) => wait.id !== id),
      ),
      ...set,
    ],
    opened: event.type === "question.opened" ? [...world.opened, event["approval"]] : world.opened,
    pauses: world.pauses + (event.type === "run.pause" ? 1 : 0),
    from: String(value),
  };
}

/** What of a run matters to where it can go. */
export function abstractionOf(run: RunState): readonly unknown[] {
  return [
    run.schedule.tasks.map(({ status, attempt }) => [status, Math.min(attempt, 2)]),
    Object.values(run.acts).map(({ stage }) => stage),
    run.queue.map(({ kind }) => kind),
    Object.keys(run.judging).length,
    run.policyChanges,
    run.questions.map(({ kind, role }) => [kind, role]),
    run.conflicts.map(({ resolution }) => resolution?.winner ?? "open"),
    run.concern?.kind,
    run.answer?.kind,
    run.trouble?.kind,
    run.repairs,
    run.replans,
    run.loops.interventions,
    Object.values(run.loops.streams).map(({ seen, counted }) => (seen.at(-1)?.call.startsWith("same") ? counted : 0)),
    run.loops.plans.length,
    run.objectiveDigest === FIRST,
    run.ledger.limits.toolCalls === undefined ? 0 : run.ledger.spent.toolCalls,
    run.degraded.length,
    run.quarantines.length,
  ];
}

export function runPaths(variant: RunVariant, machine = orchestratorMachine): readonly RunPath[] {
  const { settings } = variant;
  return statePaths<typeof orchestratorMachine, RunWorld>(machine, {
    input: { run: "run_1", objective: "finish", objectiveDigest: FIRST, input: null, settings, at: START },
    events: events(variant),
    world: { start: ({ asked }) => ({ ...NOTHING, waits: waitsOf(asked, START) }), after },
    abstraction: ({ value, status, context }, { from, acts, busy, waits, pauses }) =>
      status === "done"
        ? [from, context.failure?.code]
        : [
            abstractionOf(context),
            acts,
            busy.length,
            waits.length,
            value === "paused" ? context.cameFrom : "",
            // What follows a pause is gone through to its end, although it looks like what would have been without one.
            variant.talkative && pauses,
          ],
  });
}
