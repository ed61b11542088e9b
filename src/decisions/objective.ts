/**
 * Objective: may it be changed, and by whom?
 *
 * J1  No act of an agent changes it: an objective is part of the start, and known by its digest.
 * J2  A person may amend it, who is no agent of the run and names the objective they replace by its digest.
 * J3  Every amendment, and every refused one, is on record with both digests.
 */
import type { Digest, PersonId } from "../contracts/ids.ts";
import type { Reaction, RunState } from "./run-state.ts";

export interface Amendment {
  readonly objective: string;
  /** Of the new objective. */
  readonly digest: Digest;
  /** Digest of the objective it replaces. */
  readonly replaces: Digest;
  readonly by: PersonId;
}

/** Why an amendment does not count; undefined when it does. */
export function faultOf(state: RunState, { replaces, by }: Amendment): string | undefined {
  if (by === "") return "an objective is amended by a person; say who";
  if (state.settings.agents.some(({ name }) => String(name) === by))
    return `"${by}" is an agent of this run; only a person amends its objective`;
  if (replaces !== state.objectiveDigest)
    return `the objective is ${state.objectiveDigest} by now, not ${replaces}; read it again`;
  return undefined;
}

export function amend(state: RunState, amendment: Amendment): Reaction {
  const { objective, digest, replaces, by } = amendment;
  const fault = faultOf(state, amendment);
  const data = { from: replaces, to: digest, by };
  if (fault !== undefined) {
    const params = { rule: "objective.kept", verdict: "refused", reason: fault, data };
    return { state, commands: [{ type: "record", params }] };
  }
  const findings = [...state.findings, { source: "objective.amended", message: `${by} has amended the objective` }];
  return {
    state: { ...state, objective, objectiveDigest: digest, findings },
    commands: [{ type: "record", params: { rule: "objective.amended", verdict: "amended", data } }],
  };
}
