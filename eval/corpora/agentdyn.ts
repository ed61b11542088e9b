/** Personal assistants whose mail, pages and files carry orders of somebody else. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../src/contracts/json.ts";
import { type RowStep, rowsOf } from "./log.ts";

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
  /** What it gave, as far as the log has kept it. */
  readonly result: string;
  /** There is a tool of this name. */
  readonly isKnown: boolean;
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
    const calls = callsOf(steps, new Set(labels.attack_calls_heuristic ?? []));
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

function callsOf(steps: readonly RowStep[], marked: ReadonlySet<number>): readonly RecordedCall[] {
  const results = steps.filter(({ kind }) => kind === "tool_result");
  return steps
    .filter(({ kind }) => kind === "tool_call")
    .map(({ i, tool = "", args = {}, call_id: id }) => {
      const { text: result = "" } = results.find((one) => one.call_id === id && one.i > i) ?? {};
      return { tool, args, result, isKnown: !result.startsWith("ERROR: Invalid tool"), isAttack: marked.has(i) };
    });
}

interface TaskRow {
  readonly suite: string;
  readonly kind: "user" | "injection";
  readonly prompt: string;
  readonly suite_tools: readonly string[] | null;
  readonly allowed_tools: readonly string[];
  readonly ground_truth_calls: readonly { readonly tool: string; readonly args: Json }[];
}

/** A task of a user, and calls that do it, by the authors of the corpus. */
export interface SolvedTask {
  readonly suite: string;
  readonly task: string;
  readonly solution: readonly RecordedCall[];
}

export const solvedTasks = (dir: string): readonly SolvedTask[] =>
  taskRows(dir).flatMap(({ suite, kind, prompt: task, ground_truth_calls: calls }) =>
    kind === "user"
      ? [{ suite, task, solution: calls.map((call) => ({ ...call, result: "", isKnown: true, isAttack: false })) }]
      : [],
  );

/** Of all splits: what tools there are, and what a task is, does not depend on whose runs are measured. */
function taskRows(dir: string): readonly TaskRow[] {
  const place = join(dir, "agentdyn");
  const files = readdirSync(place).filter((name) => /^tasks_.*\.jsonl$/.test(name));
  const lines = files.sort().flatMap((name) => readFileSync(join(place, name), "utf8").split("\n"));
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as TaskRow);
}

/** The names of all tools of each suite: those that `tasks_*.jsonl` has, and others that have answered somewhere. */
export function suiteTools(dir: string, runs: readonly AssistantRun[]): ReadonlyMap<string, readonly string[]> {
  const known = [
    ...taskRows(dir).map((row) => [row.suite, [...(row.suite_tools ?? []), ...row.allowed_tools]] as const),
    ...runs.map(({ suite, calls }) => [suite, calls.flatMap(({ tool, isKnown }) => (isKnown ? [tool] : []))] as const),
  ];
  const suites = Map.groupBy(known, ([suite]) => suite);
  return new Map(
    [...suites].map(([suite, all]) => [suite, [...new Set(all.flatMap(([, names]) => names))].sort()] as const),
  );
}
