/** Complaint: any error as one clear line, or one for each fault of a policy, and an exit code. */
import { inspect } from "node:util";
import { type ErrorCode, RuntimeError } from "../index.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { visible } from "./review/report/escape.ts";
import { TreeError } from "./review/tree-error.ts";

/** Something the person at the command line got wrong. The message says what, and what to do instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Failures that a different command line would have avoided. */
const USAGE: ReadonlySet<ErrorCode> = new Set(["config.invalid", "policy.invalid", "run.unknown"]);

export interface Complaint {
  readonly line: string;
  readonly code: ExitCode;
}

export function complaintOf(error: unknown): Complaint {
  const isUsage =
    error instanceof UsageError ||
    error instanceof TreeError ||
    (error instanceof RuntimeError && USAGE.has(error.code));
  const code = error instanceof RuntimeError ? ` [${error.code}]` : "";
  const text = error instanceof Error && error.message !== "" ? error.message : String(error);
  const faults = error instanceof RuntimeError && error.code === "policy.invalid" ? text.split("\n") : [text];
  return { line: `bailiwick: ${faults.map(visible).join("\n")}${code}`, code: isUsage ? EXIT.usage : EXIT.failed };
}

/** With causes and stacks, for whoever asked for them. */
export const debugText = (error: unknown): string => inspect(error, { depth: 4 });
