/**
 * Saving: how each economy is carried out, and the record of it.
 *
 * S1  Every choice is on record with its reason and with what else could have been done.
 * S2  A cap of a part ends that part's task, never the run by itself.
 */
import type { CapGrant, Economy, Pot } from "../contracts/budget.ts";
import type { Failure } from "../contracts/errors.ts";
import type { JsonObject } from "../contracts/json.ts";
import { reassign, trimOptional } from "./assignment.ts";
import { elapsedIn, raise, TIMED } from "./budget.ts";
import { economyOptions, failureOf, settled } from "./concern.ts";
import { cancel, endAttempt, toldOf } from "./delegation-end.ts";
import { economies } from "./economy.ts";
import type { Moment, Reaction, RunState } from "./run-state.ts";
import { agentActorOf, giveUp } from "./schedule.ts";

type BudgetTrouble = Extract<NonNullable<RunState["trouble"]>, { readonly kind: "budget" }>;

const troubleOf = (state: RunState): BudgetTrouble | undefined =>
  state.trouble?.kind === "budget" ? state.trouble : undefined;

const partNameOf = (state: RunState, part: number | undefined): { readonly part?: string } => {
  const name = part === undefined ? undefined : state.ledger.parts[part]?.name;
  return name === undefined ? {} : { part: name };
};

/** Puts the choice on record (S1). */
export function noteChoice(state: RunState, economy: Economy, { at }: Moment): Reaction {
  const trouble = troubleOf(state);
  if (trouble === undefined) return { state, commands: [] };
  const alternatives = economies(economyOptions(state)).filter((one) => one !== economy);
  const { pot, reason } = trouble;
  const part = partNameOf(state, trouble.part);
  const data: JsonObject = { pot, ...part, alternatives };
  return {
    state: {
      ...state,
      spending: {
        ...state.spending,
        choices: [...state.spending.choices, { economy, pot, ...part, reason, alternatives, at }],
      },
    },
    commands: [{ type: "record", params: { rule: "budget.economy", verdict: economy, reason, data } }],
  };
}

/** The call that waits is made with a cheaper tool. */
export function substitute(state: RunState): Reaction {
  const { gate, cheaper } = troubleOf(state) ?? {};
  if (gate === undefined || cheaper === undefined) return { state, commands: [] };
  return {
    state: { ...settled(state), queue: state.queue.filter((wish) => wish.id !== gate) },
    commands: [{ type: "tell", params: { to: gate, event: { type: "hold.substituted", tool: cheaper } } }],
  };
}

/** The task goes to a cheaper agent, once. */
export function degrade(state: RunState, moment: Moment): Reaction {
  const position = state.trouble?.position ?? -1;
  const done = reassign(state, position, moment, "the agent before you was stopped: it cost too much");
  return { state: { ...settled(done.state), degraded: [...state.degraded, position] }, commands: done.commands };
}

/** Something optional is left out. */
export function trim(state: RunState, moment: Moment): Reaction {
  const done = trimOptional(state, state.trouble?.position ?? -1, moment);
  return { state: settled(done.state), commands: done.commands };
}

/** The task whose part is spent ends with what it has (S2). */
export function endTask(state: RunState, moment: Moment): Reaction {
  const position = state.trouble?.position ?? -1;
  const task = state.schedule.tasks[position];
  if (task?.status !== "running") return { state: settled(state), commands: [] };
  const failure: Failure = failureOf(state);
  const actor = agentActorOf(task);
  const ended = endAttempt(state, actor, moment);
  const closed = settled(ended.state);
  const next = { ...closed, schedule: giveUp(closed.schedule, position, failure) };
  return { state: next, commands: [...ended.commands, cancel(actor), ...toldOf(next, position)] };
}

/** Raises the caps that a person has agreed to raise, and says who. */
export function grant(state: RunState, { at }: Pick<Moment, "at">): Reaction {
  const trouble = troubleOf(state);
  const { answer, concern } = state;
  const isGranted = answer?.kind === "approved" || answer?.kind === "edited";
  if (trouble === undefined || !isGranted) return { state: settled(state), commands: [] };
  const amounts = (answer.kind === "edited" ? (answer.value as CapGrant) : concern?.grant) ?? {};
  let { ledger } = state;
  for (const [pot, amount] of Object.entries(amounts) as [Pot, number][]) {
    const isTime = pot === "wallMs" || pot === "activeMs";
    const overdue = isTime ? Math.max(0, elapsedIn(ledger, pot, at) - (ledger.limits[pot] ?? 0)) : 0;
    // Time that has passed while the question was open is not asked about again.
    ledger = raise(ledger, pot, amount + overdue, isTime ? undefined : trouble.part);
  }
  const part = partNameOf(state, trouble.part);
  const granted = { by: answer.by, grant: amounts, ...part, at };
  return {
    state: {
      ...settled(state),
      ledger,
      spending: { ...state.spending, grants: [...state.spending.grants, granted] },
    },
    commands: [
      {
        type: "record",
        params: { rule: "budget.granted", verdict: "raised", data: { by: answer.by, ...part, grant: { ...amounts } } },
      },
    ],
  };
}

/** Notes that time may be up. */
export function noteTime(state: RunState, { at }: Moment): RunState {
  for (const pot of TIMED) {
    const cap = state.ledger.limits[pot];
    const elapsed = elapsedIn(state.ledger, pot, at);
    if (cap === undefined || elapsed < cap || state.trouble !== null) continue;
    const reason = `${pot}: ${elapsed} ms have passed of ${cap} ms`;
    return { ...state, trouble: { kind: "budget", pot, reason, short: elapsed - cap + 1, position: -1 } };
  }
  return state;
}
