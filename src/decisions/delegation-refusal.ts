/**
 * Delegation refused: by which rule, and why. The invariants are those of `delegation.ts`.
 */
import type { Authority, DelegateAct } from "../contracts/delegation.ts";
import type { ErrorCode } from "../contracts/errors.ts";
import type { AgentName } from "../contracts/ids.ts";
import type { AgentGrant, RunSettings } from "../contracts/settings.ts";
import type { Timestamp } from "../contracts/units.ts";
import { excessOf } from "./authority.ts";
import type { RunState } from "./run-state.ts";
import { isSettled, type TaskState } from "./schedule.ts";

export const DEPTH = 3;
const WIDTH = 8;
const TOTAL = 64;

export interface Refusal {
  readonly rule: string;
  readonly code: ErrorCode;
  readonly reason: string;
  /** It reached beyond what it was given, and did not merely come too often or in a wrong form. */
  readonly isViolation?: true;
}

export const grantFor = ({ agents }: RunSettings, agent: AgentName): AgentGrant | undefined =>
  agents.find(({ name }) => name === agent);

/** G1. A closed world: what no definition names does not exist. */
export function edgeRefusal(
  settings: RunSettings,
  chain: readonly AgentName[],
  { agent }: DelegateAct,
): Refusal | undefined {
  const from = chain.at(-1) as AgentName;
  if (!(grantFor(settings, from)?.delegates ?? []).includes(agent)) {
    const reason = `agent "${from}" may not delegate to "${agent}"; name it in the agent's delegates`;
    return { rule: "delegation.closed-world", code: "delegation.denied", reason, isViolation: true };
  }
  if (!chain.includes(agent)) return undefined;
  const cycle = [...chain.slice(chain.indexOf(agent)), agent].join(" → ");
  return { rule: "delegation.cycle", code: "delegation.denied", reason: `they would wait for each other: ${cycle}` };
}

/** G2, and G3 for the depth. */
export function authorityRefusal(
  have: Authority,
  chain: readonly AgentName[],
  act: DelegateAct,
  at: Timestamp,
): Refusal | undefined {
  if (have.depth < 0) {
    const reason = `${chain.join(" → ")} is as deep as it may go; do it yourself, or raise delegation.depth`;
    return { rule: "delegation.depth", code: "delegation.limit", reason };
  }
  if (have.until !== undefined && have.until <= at) {
    const reason = `the time of agent "${chain.at(-1)}" is up`;
    return { rule: "delegation.deadline", code: "delegation.limit", reason };
  }
  const excess = excessOf(act, have, at);
  if (excess.length === 0) return undefined;
  const reason = `agent "${chain.at(-1)}" cannot give what it does not have: ${excess.join(", ")}`;
  return { rule: "delegation.widens", code: "delegation.widens", reason, isViolation: true };
}

export const partsOf = ({ schedule }: RunState, parent?: string): readonly TaskState[] =>
  schedule.tasks.filter(
    ({ delegation }) => delegation !== undefined && (parent === undefined || delegation.parent === parent),
  );

export function widthRefusal(state: RunState, { id }: TaskState): Refusal | undefined {
  const cap = state.settings.delegation?.width ?? WIDTH;
  const open = partsOf(state, id).filter(({ status }) => !isSettled(status)).length;
  if (open < cap) return undefined;
  const reason = `${open} parts of task "${id}" are open; wait for one of them, or raise delegation.width`;
  return { rule: "delegation.width", code: "delegation.limit", reason };
}

export function totalRefusal(state: RunState): Refusal | undefined {
  const cap = state.settings.delegation?.total ?? TOTAL;
  if (partsOf(state).length < cap) return undefined;
  const reason = `${cap} tasks were delegated in this run; do it yourself, or raise delegation.total`;
  return { rule: "delegation.total", code: "delegation.limit", reason };
}
