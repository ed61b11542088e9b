/** Limit: why a run cannot be shown in full. */
import { type ErrorCode, RuntimeError } from "../../src/contracts/errors.ts";

/** What a journal is, not what went wrong with reading it. */
const LIMITS: ReadonlySet<ErrorCode> = new Set(["machine.version", "run.diverged", "journal.corrupt"]);

/** In words, for what a page can show less of; everything else is thrown on. */
export function limitOf(error: unknown): string {
  if (error instanceof RuntimeError && LIMITS.has(error.code)) return error.message;
  throw error;
}
