/**
 * Eval: measures the rules on recorded runs of real agents. The runs are not part of this repository.
 *
 *   npm run eval -- loops [--data DIR] [--split NAME] [--json]
 */
import { parseArgs } from "node:util";
import { evaluateLoops } from "./loops.ts";
import { tableOf } from "./table.ts";

const USAGE = `usage: npm run eval -- loops [--data DIR] [--split NAME] [--json]

  --data DIR    where the recorded runs are: DIR/se_traj, whowhen, tau_bench, agentdyn (default ../shared/data)
  --split NAME  which part of them: DIR/<corpus>/NAME.jsonl (default dev)
  --json        the results as JSON`;

function main(): void {
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
  if (positionals.length !== 1 || positionals[0] !== "loops")
    throw new Error(`say what to evaluate: loops\n\n${USAGE}`);
  const result = evaluateLoops(values.data, values.split);
  console.log(values.json ? JSON.stringify(result, null, 2) : tableOf(result, values.split));
}

try {
  main();
} catch (error) {
  console.error(`eval: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
