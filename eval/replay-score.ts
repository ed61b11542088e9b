/** Replay score: what came of recorded models in a real orchestrator, over a whole corpus. */
import { dialogs } from "./corpora/tau-bench.ts";
import { type Books, type Replayed, replay } from "./model-replay.ts";

export interface ReplayResult {
  readonly runs: number;
  readonly rewarded: number;
  readonly completed: number;
  /** Calls of tools in the logs, and those that reached their tools. */
  readonly calls: number;
  readonly reached: number;
  /** Runs in which every call reached its tool, in order and with its arguments. */
  readonly inOrder: number;
  /** Runs whose books say what the log comes to: calls, tokens, money. */
  readonly counted: number;
  /** Runs that stop when they may make one call less than the log has. */
  readonly stopped: number;
  readonly books: Books;
  /** Runs that were held to repeat themselves. */
  readonly loops: { readonly rewarded: readonly string[]; readonly others: readonly string[] };
  /** What is not as it should be, run by run. */
  readonly faults: readonly string[];
}

export async function evaluateReplay(dir: string, split: string): Promise<ReplayResult> {
  const runs: (Replayed & { readonly isStopped: boolean })[] = [];
  for (const dialog of dialogs(dir, split)) {
    const capped = await replay(dialog, 1);
    runs.push({ ...(await replay(dialog)), isStopped: capped.failure?.startsWith("budget.exceeded") === true });
  }
  const count = (is: (run: (typeof runs)[number]) => boolean): number => runs.filter(is).length;
  const sum = (of: (run: Replayed) => number): number => runs.reduce((all, run) => all + of(run), 0);
  const looped = runs.filter(({ isLoop }) => isLoop);
  return {
    runs: runs.length,
    rewarded: count(({ isRewarded }) => isRewarded),
    completed: count(({ status }) => status === "completed"),
    calls: sum(({ recorded }) => recorded),
    reached: sum(({ reached }) => reached),
    inOrder: count(({ isInOrder }) => isInOrder),
    counted: count(isCounted),
    stopped: count(({ isStopped }) => isStopped),
    books: {
      toolCalls: sum(({ counted }) => counted.toolCalls),
      tokens: sum(({ counted }) => counted.tokens),
      costMicroUsd: sum(({ counted }) => counted.costMicroUsd),
    },
    loops: {
      rewarded: looped.flatMap(({ id, isRewarded }) => (isRewarded ? [id] : [])),
      others: looped.flatMap(({ id, isRewarded }) => (isRewarded ? [] : [id])),
    },
    faults: runs.flatMap((run) => faultsOf(run).map((fault) => `${run.id}: ${fault}`)),
  };
}

const isCounted = ({ counted, expected }: Replayed): boolean =>
  counted.toolCalls === expected.toolCalls &&
  counted.tokens === expected.tokens &&
  counted.costMicroUsd === expected.costMicroUsd;

function faultsOf(run: Replayed & { readonly isStopped: boolean }): readonly string[] {
  const { status, failure, isInOrder, reached, recorded, isStopped } = run;
  return [
    ...(status === "completed" ? [] : [`${status}${failure === undefined ? "" : `, ${failure}`}`]),
    ...(isInOrder ? [] : [`${reached} of ${recorded} calls reached their tools, or not in order`]),
    ...(isCounted(run) ? [] : [`the books say ${textOf(run.counted)}, the log ${textOf(run.expected)}`]),
    ...(isStopped ? [] : ["a cap of one call less did not stop it"]),
  ];
}

const textOf = ({ toolCalls, tokens, costMicroUsd }: Books): string =>
  `${toolCalls} calls, ${tokens} tokens, $${(costMicroUsd / 1e6).toFixed(6)}`;

export function replayTableOf(result: ReplayResult, split: string): string {
  const { runs, rewarded, calls, reached, inOrder, counted, stopped, completed, books, loops, faults } = result;
  const rows: readonly (readonly [string, string])[] = [
    ["runs completed", `${completed} of ${runs}`],
    ["calls that reached their tools", `${reached} of ${calls}`],
    ["runs with all calls in order", `${inOrder} of ${runs}`],
    ["runs whose books are the log's", `${counted} of ${runs}`],
    ["runs stopped by a cap of one less", `${stopped} of ${runs}`],
    ["rewarded runs held for loops", `${loops.rewarded.length} of ${rewarded}`],
    ["other runs held for loops", `${loops.others.length} of ${runs - rewarded}`],
    ["all books together", textOf(books)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return [`tau_bench, ${split}: recorded models replayed`, "", ...lines, ...faults.map((fault) => `  ! ${fault}`)].join(
    "\n",
  );
}
