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
import type { PromptUse } from "../src/contracts/prompts.ts";
import type { Cost, EffectContext, Estimate } from "../src/contracts/tools.ts";
import { FIRST_WRITER, type Ladder, type Resolution } from "../src/decisions/conflict.ts";
import { costSaid } from "../src/decisions/evaluation.ts";
import { tally, type VoteSettings, winnerOf } from "../src/decisions/vote.ts";

/** Decides between two answers. */
export type ConflictResolver = (conflict: Conflict, context: EffectContext) => Resolution | Promise<Resolution>;

/** A judge's word, and what it cost. No word: the judge cannot tell. */
export interface PricedRuling extends Estimate {
  readonly ruling?: Resolution;
}

/** Somebody who decides, and is no party to it. */
export interface ConflictJudge {
  /** An agent's, if it is one: it does not judge what it wrote. */
  readonly name: string;
  readonly decide: (
    conflict: Conflict,
    context: EffectContext,
  ) => Resolution | PricedRuling | Promise<Resolution | PricedRuling>;
  /** The most one decision can cost; held before it is asked for. Where it is not to be had, the judge is not asked. Absent: free. */
  readonly estimate?: Estimate;
  /** The words of a model that judges. */
  readonly prompt?: PromptUse;
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

/** A conflict to resolve. `unpaid`: there is no money for the judge. */
export type ResolveInput = Conflict & { readonly unpaid?: true };

interface Case {
  readonly rules: ConflictRules;
  readonly context: EffectContext;
}

type Rung = (conflict: Conflict, one: Case) => Resolution | undefined | Promise<Resolution | undefined>;

/** What the rules make of it; at once when all of them answer at once. */
export function resolveConflict(
  rules: ConflictRules = {},
  { unpaid, ...conflict }: ResolveInput,
  context: EffectContext,
): Ladder | Promise<Ladder> {
  const votes = tally(conflict.votes ?? [], rules);
  let cost: Ladder["cost"];
  const spend = (said: Cost): void => {
    cost = said;
  };
  const byJudge: Rung = (about, one) => (unpaid === true ? undefined : judged(about, one, spend));
  const rungs: readonly Rung[] = [byCheck, byAuthority, () => byVote(votes, rules), byJudge, byResolver];
  const ladder = climb(rungs, conflict, { rules, context }, votes);
  const priced = (one: Ladder): Ladder => (cost === undefined ? one : { ...one, cost });
  return ladder instanceof Promise ? ladder.then(priced) : priced(ladder);
}

function climb(rungs: readonly Rung[], conflict: Conflict, one: Case, votes: Tally): Ladder | Promise<Ladder> {
  for (const [place, rung] of rungs.entries()) {
    const answer = attempt(() => rung(conflict, one));
    if (answer instanceof Promise) {
      const rest = rungs.slice(place + 1);
      return answer.then(
        (decided) => decided ?? climb(rest, conflict, one, votes),
        () => climb(rest, conflict, one, votes),
      );
    }
    if (answer !== undefined) return answer;
  }
  return atTheTop(conflict, one.rules, votes);
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

const byCheck: Rung = (conflict, { rules: { check } }) => {
  if (check === undefined) return undefined;
  const [kept, refused] = [conflict.kept, conflict.refused].map(
    ({ value }) => attempt(() => check(value, conflict) === true) ?? false,
  );
  if (kept === refused) return undefined;
  const winner = kept ? "kept" : "refused";
  const loser = conflict[kept ? "refused" : "kept"].author;
  return { winner, rule: "conflict.check", reason: `what "${loser.agent}" says does not hold` };
};

const byAuthority: Rung = ({ kept, refused }, { rules: { authority } }) => {
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

function judged(
  conflict: Conflict,
  { rules: { judge }, context }: Case,
  spend: (cost: Cost) => void,
): ReturnType<Rung> {
  const isParty = [conflict.kept.author, conflict.refused.author, ...(conflict.votes ?? [])].some(
    ({ agent }) => agent === judge?.name,
  );
  if (judge === undefined || isParty) return undefined;
  // A judge that fails has cost what it may cost at most.
  if (judge.estimate !== undefined) spend(costSaid(judge.estimate, {}));
  const taken = (said: Resolution | PricedRuling): Resolution | undefined => {
    const { ruling, ...price } = "winner" in said ? { ruling: said } : said;
    if (judge.estimate !== undefined) spend(costSaid(judge.estimate, price));
    return ruling === undefined ? undefined : resolutionOf(ruling);
  };
  const answer = judge.decide(conflict, context);
  return answer instanceof Promise ? answer.then(taken) : taken(answer);
}

const byResolver: Rung = (conflict, { rules: { resolve }, context }) =>
  resolve === undefined ? undefined : decided(resolve(conflict, context));

const decided = (answer: Resolution | Promise<Resolution>): Resolution | undefined | Promise<Resolution | undefined> =>
  answer instanceof Promise ? answer.then(resolutionOf) : resolutionOf(answer);

/** Whoever names no winner has not decided. */
const resolutionOf = (answer: Resolution): Resolution | undefined =>
  answer?.winner === "refused" || answer?.winner === "kept"
    ? { winner: answer.winner, rule: messageOf(answer.rule), reason: messageOf(answer.reason) }
    : undefined;
