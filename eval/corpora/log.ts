/** Log: one recorded run as its agents lived it, act by act, whatever corpus it comes from. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../src/contracts/json.ts";
import type { LoopStep } from "../../src/contracts/loops.ts";
import { canonical } from "../../src/decisions/ingest.ts";
import { fingerprint, placesOf, sayingOf, settledText } from "../../src/decisions/symbol.ts";

/** One line of a corpus. */
export interface Row<Labels> {
  readonly id: string;
  /** What was asked, where there is one who asked. */
  readonly task?: string;
  readonly steps: readonly RowStep[];
  readonly labels: Labels;
}

export interface RowStep {
  readonly i: number;
  readonly agent: string;
  readonly kind: "message" | "tool_call" | "tool_result";
  readonly to?: string;
  readonly tool?: string;
  readonly args?: Json;
  readonly text?: string;
  readonly error?: boolean | null;
  readonly call_id?: string;
  /** Of a text that was cut. */
  readonly text_sha256?: string;
}

/** What the loop rule is told, and the step of the log at which it is. */
export type LogEvent =
  | { readonly kind: "act"; readonly at: number; readonly call: number; readonly agent: string; readonly act: LoopStep }
  | {
      readonly kind: "request";
      readonly at: number;
      readonly from: string;
      readonly to: string;
      readonly text: string;
    };

/** Reads one split of a corpus. @throws Error that says which file is missing and what there is. */
export function rowsOf<Labels>(dir: string, corpus: string, split: string): readonly Row<Labels>[] {
  const file = join(dir, corpus, `${split}.jsonl`);
  if (!existsSync(file)) {
    const place = join(dir, corpus);
    const found = existsSync(place) ? readdirSync(place).filter((name) => name.endsWith(".jsonl")) : [];
    const there = found.length === 0 ? "there is nothing of the kind" : `there is ${found.join(", ")} (--split NAME)`;
    throw new Error(`no ${file}; ${there}. Say where the recorded runs are with --data DIR`);
  }
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as Row<Labels>);
}

/** What happened, in order. A call counts when its result is there; a call without one is left out. */
export function eventsOf(
  steps: readonly RowStep[],
  addressee: (step: RowStep) => string | undefined,
): readonly LogEvent[] {
  const events: LogEvent[] = [];
  const open: RowStep[] = [];
  for (const step of steps) {
    if (step.kind === "tool_call") open.push(step);
    else if (step.kind === "tool_result") {
      const place = open.findIndex((call) =>
        step.call_id === undefined ? call.tool === step.tool : call.call_id === step.call_id,
      );
      const [call] = place < 0 ? [] : open.splice(place, 1);
      if (call !== undefined)
        events.push({ kind: "act", at: step.i, call: call.i, agent: call.agent, act: actOf(call, step) });
    } else {
      const to = addressee(step);
      if (to !== undefined) events.push({ kind: "request", at: step.i, from: step.agent, to, text: step.text ?? "" });
    }
  }
  return events;
}

/** A log does not say which tools only read; so none is taken to. */
function actOf(call: RowStep, result: RowStep): LoopStep {
  const { tool = "", args = null } = call;
  const text = result.text ?? "";
  return {
    step: String(call.i),
    tool,
    call: `${tool}:${fingerprint(canonical(args))}`,
    places: placesOf(args),
    result: `${fingerprint(settledText(text))}${result.text_sha256 ?? ""}`,
    outcome: result.error === true ? "failed" : "completed",
    reads: false,
    says: sayingOf(text),
    poll: null,
  };
}
