/**
 * Resolver: puts a conflict to the rules, one after the other, until one decides: the application's check, the order of
 * authority, a vote, a judge who wrote neither side. Where none does, a person is asked, or nobody.
 *
 * C8  A rule that throws has not decided; the next one is asked.
 * C9  A judge who stands behind one of the answers is not asked.
 */
import type { Conflict, Tally } from "../src/contracts/blackboard.ts";
import { messageOf } from "../src/contracts/errors.ts";
import type { Json } from "../src/contracts/json.ts";
import { FIRST_WRITER, type Ladder, type Resolution } from "../src/decisions/conflict.ts";
import { tally, type VoteSettings, winnerOf } from "../src/decisions/vote.ts";

/** Decides between two answers. */
export type ConflictResolver = (conflict: Conflict) => Resolution | Promise<Resolution>;

/** Somebody who decides, and is no party to it. */
export interface ConflictJudge {
  /** An agent's, if it is one: it does not judge what it wrote. */
  readonly name: string;
  readonly decide: ConflictResolver;
}

export interface ConflictRules extends VoteSettings {
  /** Whether a value holds, as a machine can tell. Decides when exactly one of the two does. */
  readonly check?: (value: Json, conflict: Conflict) => boolean;
  /** Agents whose word stands over that of those after them, and of those not named. */
  readonly authority?: readonly string[];
  readonly judge?: ConflictJudge;
  /** The last word before people, whoever wrote what. */
  readonly resolve?: ConflictResolver;
  /** Whether a person is asked. Default: about cross-checks, and not about two writers of a key. */
  readonly asksPeople?: boolean;
}

type Rung = (conflict: Conflict, rules: ConflictRules) => Resolution | undefined | Promise<Resolution | undefined>;

/** What the rules make of it; at once when all of them answer at once. */
export function resolveConflict(rules: ConflictRules = {}, conflict: Conflict): Ladder | Promise<Ladder> {
  const votes = tally(conflict.votes ?? [], rules);
  const rungs: readonly Rung[] = [byCheck, byAuthority, () => byVote(votes, rules), byJudge, byResolver];
  return climb(rungs, conflict, rules, votes);
}

function climb(
  rungs: readonly Rung[],
  conflict: Conflict,
  rules: ConflictRules,
  votes: Tally,
): Ladder | Promise<Ladder> {
  for (const [place, rung] of rungs.entries()) {
    const answer = attempt(() => rung(conflict, rules));
    if (answer instanceof Promise) {
      const rest = rungs.slice(place + 1);
      return answer.then(
        (one) => one ?? climb(rest, conflict, rules, votes),
        () => climb(rest, conflict, rules, votes),
      );
    }
    if (answer !== undefined) return answer;
  }
  return atTheTop(conflict, rules, votes);
}

/** A rule that throws has not decided (C8). */
function attempt<Answer>(rung: () => Answer): Answer | undefined {
  try {
    return rung();
  } catch {
    return undefined;
  }
}

function atTheTop({ kind }: Conflict, { asksPeople = kind === "answer" }: ConflictRules, votes: Tally): Ladder {
  if (kind !== "answer" && !asksPeople) return FIRST_WRITER;
  const { kept, refused, effective, cast } = votes;
  const reason = `no rule decides; the vote is ${kept} to ${refused}, of ${effective} voters that count among ${cast}`;
  return { winner: "nobody", reason, asks: asksPeople, votes };
}

const byCheck: Rung = (conflict, { check }) => {
  if (check === undefined) return undefined;
  const [kept, refused] = [conflict.kept, conflict.refused].map(
    ({ value }) => attempt(() => check(value, conflict) === true) ?? false,
  );
  if (kept === refused) return undefined;
  const winner = kept ? "kept" : "refused";
  const loser = conflict[kept ? "refused" : "kept"].author;
  return { winner, rule: "conflict.check", reason: `what "${loser.agent}" says does not hold` };
};

const byAuthority: Rung = ({ kept, refused }, { authority }) => {
  if (authority === undefined) return undefined;
  const rank = (agent: string): number => (authority.includes(agent) ? authority.indexOf(agent) : authority.length);
  const [first, second] = [rank(kept.author.agent), rank(refused.author.agent)];
  if (first === second) return undefined;
  const winner = first < second ? "kept" : "refused";
  const { agent } = (winner === "kept" ? kept : refused).author;
  return { winner, rule: "conflict.authority", reason: `"${agent}" stands over the other` };
};

function byVote(votes: Tally, rules: ConflictRules): Resolution | undefined {
  const winner = winnerOf(votes, rules);
  if (winner === undefined) return undefined;
  const { kept, refused, effective, cast } = votes;
  const reason = `${kept} to ${refused}, of ${effective} voters that count among ${cast}`;
  return { winner, rule: "conflict.vote", reason, votes };
}

const byJudge: Rung = (conflict, { judge }) => {
  const isParty = [conflict.kept.author, conflict.refused.author, ...(conflict.votes ?? [])].some(
    ({ agent }) => agent === judge?.name,
  );
  return judge === undefined || isParty ? undefined : decided(judge.decide(conflict));
};

const byResolver: Rung = (conflict, { resolve }) => (resolve === undefined ? undefined : decided(resolve(conflict)));

const decided = (answer: Resolution | Promise<Resolution>): Resolution | undefined | Promise<Resolution | undefined> =>
  answer instanceof Promise ? answer.then(resolutionOf) : resolutionOf(answer);

/** Whoever names no winner has not decided. */
const resolutionOf = (answer: Resolution): Resolution | undefined =>
  answer?.winner === "refused" || answer?.winner === "kept"
    ? { winner: answer.winner, rule: messageOf(answer.rule), reason: messageOf(answer.reason) }
    : undefined;
