/** `bailiwick runs`: the runs of a journal, newest first. */
import type { Command } from "commander";
import type { Orchestrator, RunSummary } from "../../index.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE, reading } from "../journal-file.ts";
import { visible } from "../review/report/escape.ts";
import { columns, duration, spendText } from "../terminal/quantity.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { wholeFrom1 } from "./arguments.ts";

const ABOUT = `Lists the runs of a journal, newest first: status, age, spend, objective. Reads only.`;

const EXAMPLES = `
Examples:
  bailiwick runs
  bailiwick runs --limit 100 --store elsewhere/runs.db
  bailiwick runs --json | jq -r '.[] | select(.status == "suspended") | .run'`;

interface Flags {
  readonly store: string;
  readonly limit: number;
  readonly json?: boolean;
}

export function addRuns(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  program
    .command("runs")
    .summary("list the runs of a journal")
    .description(ABOUT)
    .option("--store <FILE>", "the journal", DEFAULT_STORE)
    .option("--limit <N>", "at most so many", wholeFrom1, 20)
    .option("--json", "print one JSON array")
    .addHelpText("after", EXAMPLES)
    .action(async ({ store, limit, json }: Flags) => {
      const listed = await reading(store, async (orchestrator) => {
        const runs = await orchestrator.runs({ limit });
        return Promise.all(runs.map(async (summary) => ({ summary, spend: await spendOf(orchestrator, summary) })));
      });
      if (json) terminal.out.write(`${JSON.stringify(listed.map(({ summary, spend }) => ({ ...summary, spend })))}\n`);
      else terminal.out.write(tableOf(listed));
      ended(EXIT.done);
    });
}

type Spent = Awaited<ReturnType<typeof spendOf>>;

/** Not in the summary, so the journal is read; null when this version cannot read it. */
async function spendOf(orchestrator: Orchestrator, { run }: RunSummary) {
  const report = await orchestrator
    .run(run)
    .report()
    .catch(() => undefined);
  return report?.spend ?? null;
}

function tableOf(listed: readonly { readonly summary: RunSummary; readonly spend: Spent }[]): string {
  if (listed.length === 0) return "There are no runs in this journal.\n";
  const now = Date.now();
  const rows = listed.map(({ summary, spend }) => [
    visible(summary.run),
    summary.status,
    `${duration(now - summary.createdAt)} ago`,
    spend === null ? "unreadable" : spendText(spend),
    visible(summary.objective),
  ]);
  return `${columns([["RUN", "STATUS", "STARTED", "SPENT", "OBJECTIVE"], ...rows]).join("\n")}\n`;
}
