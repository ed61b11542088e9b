/**
 * Principal: is this name one of those?
 *
 * P1  What is no text is nobody, and nobody may do anything.
 * P2  A name that looks the same is the same: case, width, blanks and marks that cannot be seen do not make another.
 */

const seen = (name: string): string =>
  name
    .normalize("NFKC")
    .replace(/[\p{Cf}\s]/gu, "")
    .toLowerCase();

/** Whether `by` names somebody who is none of `others`. */
export const isSomebodyElse = (by: unknown, others: readonly string[]): by is string =>
  typeof by === "string" && seen(by) !== "" && !others.some((other) => seen(other) === seen(by));
