/**
 * Verdict choice: two assessors, one verdict.
 *
 * D1  The more careful verdict stands. Whoever depends on the tree bears the loss if the other one was wrong.
 * D2  The choice and its reason do not depend on who spoke first.
 */
import type { Conflict, Resolution } from "../../../index.ts";
import type { FitnessVerdict } from "../analysis/fitness/verdict.ts";
import type { Resolution as VerdictChoice } from "../report/report.ts";

/** The blackboard key both assessors write. */
export const VERDICT_KEY = "verdict";

/** From trusting to careful. */
const CARE: readonly FitnessVerdict[] = ["fit", "fit-with-care", "unfit"];

export const isVerdict = (value: unknown): value is FitnessVerdict => CARE.some((verdict) => verdict === value);

/** Whether `one` is at least as careful as `other`. */
export const isAsCareful = (one: FitnessVerdict, other: FitnessVerdict): boolean =>
  CARE.indexOf(one) >= CARE.indexOf(other);

export interface Opinions {
  readonly sceptic: FitnessVerdict;
  readonly maintainer: FitnessVerdict;
}

export function chooseVerdict({ sceptic, maintainer }: Opinions): VerdictChoice {
  if (sceptic === maintainer) {
    return { verdict: sceptic, rule: "verdict.agreed", reason: "sceptic and maintainer came to it separately." };
  }
  const verdict = isAsCareful(sceptic, maintainer) ? sceptic : maintainer;
  const because =
    "the more careful verdict stands, since whoever depends on this bears the loss if the other is wrong.";
  const reason = `the sceptic says ${sceptic}, the maintainer says ${maintainer}; ${because}`;
  return { verdict, rule: "verdict.more-careful", reason };
}

/** The rule for the run's conflicts. A value that is no verdict never wins over one that stands. */
export function resolveVerdict({ kept, refused }: Conflict): Resolution {
  const keptStands: Resolution = {
    winner: "kept",
    rule: "verdict.unreadable",
    reason: "the other value is no verdict",
  };
  if (!isVerdict(kept.value) || !isVerdict(refused.value)) return keptStands;
  const sceptic = kept.author.agent === "sceptic" ? kept.value : refused.value;
  const maintainer = kept.author.agent === "sceptic" ? refused.value : kept.value;
  const { verdict, rule, reason } = chooseVerdict({ sceptic, maintainer });
  return { winner: verdict === kept.value ? "kept" : "refused", rule, reason };
}
