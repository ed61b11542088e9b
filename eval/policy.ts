/** Policy: what rules made from a task's text stop in recorded runs under attack, and what they hurt in good ones. */
import { type AssistantRun, assistantRuns, type SolvedTask, solvedTasks, suiteTools } from "./corpora/agentdyn.ts";
import { type Derived, derive, type Levers } from "./derive-policy.ts";
import { detailOf, type Judgement, type PolicyDetail, type PolicyScore, scoreOf } from "./policy-score.ts";
import { gateOf } from "./replay.ts";
import { type Share, shareOf } from "./score.ts";
import { tells } from "./tool-words.ts";

/** The score of the rules together, and what it is made of. */
export interface PolicyResult extends PolicyScore, PolicyDetail {
  /** The same for rules of one kind or several. */
  readonly ablation: readonly ({ readonly rules: string } & PolicyScore)[];
  /** By suite, also of those without runs: share of the tasks whose own solution tools and arguments allow. */
  readonly solvable: { readonly [suite: string]: Share };
}

/** The rules that are recommended: labels of a whole context cost more than they bring here. */
const TOGETHER = "tools + arguments + documents";

const RULES: Readonly<Record<string, Levers>> = {
  tools: { tools: true },
  arguments: { args: true },
  "arguments + documents": { args: true, documents: true },
  "labels, named sources trusted": { labels: "named" },
  "labels, no source trusted": { labels: "strict" },
  "tools + arguments": { tools: true, args: true },
  "tools + labels": { tools: true, labels: "named" },
  [TOGETHER]: { tools: true, args: true, documents: true },
  "all, with labels": { tools: true, args: true, documents: true, labels: "named" },
};

/** Given a run and the names of all tools, the rules for its task. */
type Maker = (run: AssistantRun, tools: readonly string[]) => Derived;

export async function evaluatePolicy(
  dir: string,
  split: string,
  progress: (line: string) => void = () => {},
): Promise<PolicyResult> {
  const all = assistantRuns(dir, split);
  const tools = suiteTools(dir, all);
  const runs = all.filter(({ isAttacked, isGood }) => isAttacked || isGood);
  const judged = async (rules: string, make: Maker): Promise<readonly Judgement[]> => {
    progress(`${rules}: ${runs.length} runs`);
    return judgeAll(runs, tools, make);
  };
  const ablation = [{ rules: "names alone", ...scoreOf(await judged("names alone", byName)) }];
  let together: readonly Judgement[] = [];
  for (const [rules, levers] of Object.entries(RULES)) {
    const judgements = await judged(rules, ({ task }, names) => derive(task, names, levers));
    ablation.push({ rules, ...scoreOf(judgements) });
    if (rules === TOGETHER) together = judgements;
  }
  const solvable = await solvableOf(solvedTasks(dir), tools);
  return { ...scoreOf(together), ablation, ...detailOf(together), solvable };
}

/** A solution has no results, so that documents have nothing to tell. */
async function solvableOf(
  tasks: readonly SolvedTask[],
  tools: ReadonlyMap<string, readonly string[]>,
): Promise<PolicyResult["solvable"]> {
  const judged = await Promise.all(
    tasks.map(async ({ suite, task, solution }) => {
      const names = tools.get(suite) ?? [];
      const verdicts = await gateOf(names, derive(task, names, { tools: true, args: true }))(solution);
      return { suite, isAllowed: verdicts.every((rule) => rule === null) };
    }),
  );
  const suites = Map.groupBy(judged, ({ suite }) => suite);
  return Object.fromEntries(
    [...suites].map(([suite, all]) => [suite, shareOf(all.filter(({ isAllowed }) => isAllowed).length, all.length)]),
  );
}

/** For comparison: the tools of the corpus's own solution of the task, and all that only tell, whatever the arguments. */
function byName({ solution }: AssistantRun, tools: readonly string[]): Derived {
  const granted = tools.filter((tool) => solution.includes(tool) || tells(tool) || tool === "browse_webpage");
  return {
    allowance: () => ({ tools: Object.fromEntries(granted.map((tool) => [tool, true] as const)) }),
    finds: () => ({}),
    carries: () => "trusted",
    careful: new Set(),
  };
}

async function judgeAll(
  runs: readonly AssistantRun[],
  tools: ReadonlyMap<string, readonly string[]>,
  make: Maker,
): Promise<readonly Judgement[]> {
  const gates = new Map<string, ReturnType<typeof gateOf>>();
  const judgements: Judgement[] = [];
  for (const run of runs) {
    const key = `${run.suite} ${run.taskId}`;
    const names = tools.get(run.suite) ?? [];
    const gate = gates.get(key) ?? gateOf(names, make(run, names));
    gates.set(key, gate);
    judgements.push({ run, verdicts: await gate(run.calls) });
  }
  return judgements;
}
