/**
 * Vote: which of two answers do more of those who looked stand behind?
 *
 * U1  Voters that share a lineage (model, prompt family, sources) say one thing together: they count as one, with the
 *     greatest weight among them. Where they disagree with each other, their vote is split.
 * U2  Without a quorum of voters that count, or a lead of `margin`, there is no winner.
 */

import type { Tally, Vote } from "../contracts/blackboard.ts";
import type { AgentName } from "../contracts/ids.ts";
import type { AgentGrant } from "../contracts/settings.ts";

export interface VoteSettings {
  /** By agent, from measured pass rates for instance. Default 1. */
  readonly weights?: { readonly [agent: AgentName]: number };
  /** Voters that count, at least. Default 2. */
  readonly quorum?: number;
  /** Lead over the other side, as a share of all weight cast. Default 0.2. */
  readonly margin?: number;
}

/** What makes two agents one voter. One that does not say its model or family is like no other. */
export const lineageOf = ({ name, model, family, tools }: AgentGrant): string =>
  model === undefined ? name : [model, family ?? name, ...tools.toSorted()].join("|");

export function tally(votes: readonly Vote[], { weights = {} }: VoteSettings = {}): Tally {
  const groups = Map.groupBy(votes, ({ lineage }) => lineage);
  let [kept, refused] = [0, 0];
  for (const group of groups.values()) {
    const weight = Math.max(...group.map(({ agent }) => weightOf(weights, agent)));
    const keeping = group.filter(({ side }) => side === "kept").length;
    // Both by one formula: what is left of a share is not, to the last bit, the other's share.
    kept += (weight * keeping) / group.length;
    refused += (weight * (group.length - keeping)) / group.length;
  }
  return { kept, refused, cast: votes.length, effective: groups.size };
}

/** A weight that is no number from 0 counts nothing. */
function weightOf(weights: NonNullable<VoteSettings["weights"]>, agent: AgentName): number {
  const weight = Object.hasOwn(weights, agent) ? (weights[agent] ?? 1) : 1;
  return Number.isFinite(weight) && weight >= 0 ? weight : 0;
}

/** The winner; undefined where the vote does not decide. */
export function winnerOf(
  { kept, refused, effective }: Tally,
  { quorum = 2, margin = 0.2 }: VoteSettings = {},
): "kept" | "refused" | undefined {
  const all = kept + refused;
  if (effective < quorum || all === 0 || kept === refused) return undefined;
  if (Math.abs(kept - refused) / all < margin) return undefined;
  return kept > refused ? "kept" : "refused";
}
