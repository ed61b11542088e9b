/**
 * Measure: how much of what the objective asks for holds now.
 *
 * R8  A check that throws, or gives something that is no number from 0 to 1, does not hold.
 */
import type { Acceptance, AcceptanceCheck, Achieved } from "../src/contracts/evaluation.ts";

/** Asks every check; at once when all of them answer at once. */
export function measure(checks: readonly AcceptanceCheck[], achieved: Achieved): Acceptance | Promise<Acceptance> {
  const scores = checks.map(({ check }) => scored(() => check(achieved)));
  const byName = (all: readonly number[]): Acceptance =>
    Object.fromEntries(checks.map(({ name }, place) => [name, all[place] ?? 0]));
  return scores.some((one) => one instanceof Promise)
    ? Promise.all(scores).then(byName)
    : byName(scores as readonly number[]);
}

function scored(check: () => boolean | number | Promise<boolean | number>): number | Promise<number> {
  try {
    const answer = check();
    return answer instanceof Promise ? answer.then(valid, () => 0) : valid(answer);
  } catch {
    return 0;
  }
}

const valid = (answer: unknown): number =>
  answer === true ? 1 : typeof answer === "number" && answer >= 0 && answer <= 1 ? answer : 0;
