/**
 * Eval: measures the rules on recorded runs of real agents. The runs are not part of this repository.
 *
 *   npm run eval -- loops|policy|replay [--data DIR] [--split NAME] [--json]
 */
import { parseArgs } from "node:util";
import { evaluateLoops } from "./loops.ts";
import { evaluatePolicy } from "./policy.ts";
import { policyTableOf } from "./policy-table.ts";
import { evaluateReplay, replayTableOf } from "./replay-score.ts";
import { tableOf } from "./table.ts";

const USAGE = `usage: npm run eval -- loops|policy|replay [--data DIR] [--split NAME] [--json]

  loops         what the loop rule sees
  policy        what policies made from a task's text stop and hurt
  replay        recorded models through the agent, the gate and the budget

  --data DIR    where the recorded runs are: DIR/se_traj, whowhen, tau_bench, agentdyn (default ../shared/data)
  --split NAME  which part of them: DIR/<corpus>/NAME.jsonl (default dev)
  --json        the results as JSON`;

/** What there is to evaluate: the results, and their table. */
const EVALUATIONS: Readonly<Record<string, (dir: string, split: string) => Promise<readonly [unknown, string]>>> = {
  loops: async (dir, split) => {
    const result = evaluateLoops(dir, split);
    return [result, tableOf(result, split)];
  },
  policy: async (dir, split) => {
    const result = await evaluatePolicy(dir, split, (line) => console.error(`eval: ${line}`));
    return [result, policyTableOf(result, split)];
  },
  replay: async (dir, split) => {
    const result = await evaluateReplay(dir, split);
    return [result, replayTableOf(result, split)];
  },
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      data: { type: "string", default: "../shared/data" },
      split: { type: "string", default: "dev" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: true,
  });
  if (values.help) return void console.log(USAGE);
  const [name = "", ...more] = positionals;
  const evaluate = Object.hasOwn(EVALUATIONS, name) ? EVALUATIONS[name] : undefined;
  if (evaluate === undefined || more.length > 0)
    throw new Error(`say what to evaluate: ${Object.keys(EVALUATIONS).join(" or ")}\n\n${USAGE}`);
  const [result, table] = await evaluate(values.data, values.split);
  console.log(values.json ? JSON.stringify(result, null, 2) : table);
}

try {
  await main();
} catch (error) {
  console.error(`eval: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
