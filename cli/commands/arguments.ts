/** Arguments that several commands take. */
import { InvalidArgumentError } from "commander";

export function wholeFrom1(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Give a whole number from 1.");
}

export const RUN_HELP = 'its id, the beginning of its id, or "last"';
