/** tau-bench: a customer and an assistant with tools, as turns of the assistant's model. */
import type { Json } from "../../src/contracts/json.ts";
import { type Row, type RowStep, rowsOf } from "./log.ts";

export interface RecordedToolCall {
  readonly id: string;
  readonly tool: string;
  readonly args: Json;
  readonly result: string;
  readonly failed: boolean;
}

/** One answer of the model. */
export interface RecordedTurn {
  readonly text: string;
  readonly calls: readonly RecordedToolCall[];
  /** What the customer said to it. */
  readonly reply?: string;
}

export interface Dialog {
  readonly id: string;
  /** What the customer came with. */
  readonly opening: string;
  readonly turns: readonly RecordedTurn[];
  readonly isRewarded: boolean;
}

interface Labels {
  readonly reward: number;
}

export const dialogs = (dir: string, split: string): readonly Dialog[] =>
  rowsOf<Labels>(dir, "tau_bench", split).map(dialogOf);

function dialogOf({ id, steps, labels }: Row<Labels>): Dialog {
  const results = new Map(
    steps.flatMap((step) => (step.kind === "tool_result" ? [[step.call_id, step] as const] : [])),
  );
  const turns: { text: string; calls: RecordedToolCall[]; reply?: string; readonly mi: unknown }[] = [];
  let opening: string | undefined;
  for (const step of steps) {
    const { kind, text = "" } = step;
    if (kind === "tool_result") continue;
    if (step.agent === "user") {
      const last = turns.at(-1);
      if (last === undefined) opening = opening === undefined ? text : `${opening}\n${text}`;
      else last.reply = last.reply === undefined ? text : `${last.reply}\n${text}`;
      continue;
    }
    // What a model says and what it calls in one answer are two steps of one message.
    const mi = (step as { readonly mi?: unknown }).mi ?? step.i;
    const open = turns.at(-1);
    const turn = open?.mi === mi && open?.reply === undefined ? open : { text: "", calls: [], mi };
    if (turn !== open) turns.push(turn);
    if (kind === "message") turn.text += text;
    else turn.calls.push(callOf(step, results.get(step.call_id)));
  }
  return { id, opening: opening ?? "", turns, isRewarded: labels.reward === 1 };
}

/** Of a result that was cut, the digest of the whole stands at its end: equal texts stay equal, others do not become so. */
const callOf = ({ call_id, i, tool = "", args = null }: RowStep, result: RowStep | undefined): RecordedToolCall => ({
  id: call_id ?? `call_${i}`,
  tool,
  args,
  result: `${result?.text ?? ""}${result?.text_sha256 === undefined ? "" : ` [${result.text_sha256}]`}`,
  failed: result?.error === true,
});
