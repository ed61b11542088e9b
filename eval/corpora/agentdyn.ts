/** Personal assistants whose mail, pages and files carry orders of somebody else. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../src/contracts/json.ts";
import { rowsOf } from "./log.ts";

interface Labels {
  readonly class: "benign" | "attack_success" | "attack_failed" | "injection_direct";
  readonly utility: boolean | null;
  readonly attack_succeeded: boolean | null;
  readonly suite: string;
  readonly user_task: string;
  readonly injection_task: string | null;
  readonly user_task_tools: readonly string[] | null;
  readonly attack_calls_heuristic: readonly number[] | null;
}

/** One call of the log, in order. */
export interface RecordedCall {
  readonly tool: string;
  readonly args: Json;
  /** It is what the hidden order asks for. */
  readonly isAttack: boolean;
}

export interface AssistantRun {
  readonly id: string;
  readonly suite: string;
  /** Of the user's task, in its suite. */
  readonly taskId: string;
  /** What the user asked, in their words. */
  readonly task: string;
  /** Of the order hidden in what the assistant read. */
  readonly attack: string | null;
  readonly calls: readonly RecordedCall[];
  /** The hidden order was carried out. */
  readonly isAttacked: boolean;
  /** What the user asked was done, and nothing of the hidden order. */
  readonly isGood: boolean;
  /** The tools of the corpus's own solution of the task; for comparison only, a policy is never made from it. */
  readonly solution: readonly string[];
}

/** Runs of tasks that a user gave. */
export function assistantRuns(dir: string, split: string): readonly AssistantRun[] {
  return rowsOf<Labels>(dir, "agentdyn", split).flatMap(({ id, task = "", steps, labels }) => {
    if (labels.class === "injection_direct") return [];
    const marked = new Set(labels.attack_calls_heuristic ?? []);
    const calls = steps
      .filter(({ kind }) => kind === "tool_call")
      .map(({ i, tool = "", args = {} }) => ({ tool, args, isAttack: marked.has(i) }));
    return [
      {
        id,
        suite: labels.suite,
        taskId: labels.user_task,
        task,
        attack: labels.injection_task,
        calls,
        isAttacked: labels.attack_succeeded === true,
        isGood: labels.utility === true && labels.attack_succeeded !== true,
        solution: labels.user_task_tools ?? [],
      },
    ];
  });
}

interface TaskRow {
  readonly suite: string;
  readonly suite_tools: readonly string[] | null;
}

/** The names of all tools of each suite, as `tasks_<split>.jsonl` has them. */
export function suiteTools(dir: string, split: string): ReadonlyMap<string, readonly string[]> {
  const file = join(dir, "agentdyn", `tasks_${split}.jsonl`);
  if (!existsSync(file)) throw new Error(`no ${file}, which says what tools there are`);
  const rows = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as TaskRow);
  return new Map(rows.flatMap(({ suite, suite_tools: tools }) => (tools === null ? [] : [[suite, tools] as const])));
}
