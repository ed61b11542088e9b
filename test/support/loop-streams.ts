/** Loop streams: acts made up for the loop rule, by a generator that knows nothing of it. */
import type { Json } from "../../src/contracts/json.ts";
import type { LoopStep } from "../../src/contracts/loops.ts";
import { canonical } from "../../src/decisions/ingest.ts";
import { fingerprint, placesOf, sayingOf, settledText } from "../../src/decisions/symbol.ts";

export interface MadeUp {
  readonly tool: string;
  readonly args?: Json;
  readonly result?: string;
  readonly failed?: boolean;
  readonly reads?: boolean;
  readonly poll?: number;
}

/** An act as the runtime would tell of it. */
export function actOf(
  { tool, args = {}, result = "ok", failed = false, reads = false, poll }: MadeUp,
  n: number | string,
): LoopStep {
  return {
    step: String(n),
    tool,
    call: `${tool} ${canonical(args)}`,
    places: placesOf(args),
    result: fingerprint(settledText(result)),
    outcome: failed ? "failed" : "completed",
    reads,
    says: sayingOf(result),
    poll: poll ?? null,
  };
}

/** The same object with its keys in another order. */
export const turned = (args: { readonly [key: string]: Json }): Json =>
  Object.fromEntries(
    Object.entries(args)
      .reverse()
      .map(([key, value]) => [
        key,
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? turned(value as { readonly [key: string]: Json })
          : value,
      ]),
  );

const times = (n: number, make: (n: number) => MadeUp): readonly MadeUp[] =>
  Array.from({ length: n }, (_, i) => make(i));

const LENGTH = 120;

/** Ordinary work that looks alike. None of it is a loop. */
export const BENIGN: Readonly<Record<string, readonly MadeUp[]>> = {
  "one tool on 120 files": times(LENGTH, (i) => ({ tool: "edit", args: { file: `f${i}.ts` } })),
  "one tool on 120 things that are no files": times(LENGTH, (i) => ({ tool: "book", args: { seat: i } })),
  "lines added to one file": times(LENGTH, (i) => ({ tool: "append", args: { path: "log.csv", line: `row ${i}` } })),
  "a poll whose answer changes": times(LENGTH, (i) => ({ tool: "status", args: { job: 1 }, result: `progress ${i}%` })),
  "page after page": times(LENGTH, (i) => ({ tool: "list", args: { cursor: i }, result: `page ${i}`, reads: true })),
  "edit and test, other errors each time": times(LENGTH, (i) =>
    i % 2 === 0 ? { tool: "edit", args: { patch: i } } : { tool: "test", result: `fails in line ${i}` },
  ),
  "edit and test, the same error": times(LENGTH, (i) =>
    i % 2 === 0
      ? { tool: "edit", args: { path: "a.ts", patch: i } }
      : {
          tool: "test",
          result: "1 of 80 failed: expected 4 and got 5 in arithmetic.test.ts, see the log above",
          failed: true,
        },
  ),
  "each call twice, then the next": times(LENGTH, (i) => ({
    tool: "call",
    args: { x: Math.floor(i / 2) },
    result: `r${Math.floor(i / 2)}`,
  })),
  "a heartbeat every second step": times(LENGTH, (i) =>
    i % 2 === 0 ? { tool: "work", args: { i }, result: `done ${i}` } : { tool: "heartbeat" },
  ),
  "a long wait by a declared poll": times(LENGTH, (i) =>
    i < 30
      ? { tool: "status", args: { job: 1 }, result: "running", poll: 60 }
      : { tool: "use", args: { i }, result: `r${i}` },
  ),
  "a wait of four polls for each of many jobs": times(LENGTH, (i) => ({
    tool: "status",
    args: { job: Math.floor(i / 4) },
    result: i % 4 === 3 ? "done" : "running",
    poll: 10,
  })),
  "four different searches that fail alike": times(4, (i) => ({
    tool: "search",
    args: { words: `w${i}` },
    result: "too much output; narrow it down",
    failed: true,
  })),
};
