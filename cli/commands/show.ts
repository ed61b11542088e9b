/** `bailiwick show`: what a run came to, or has come to so far. */
import type { Command } from "commander";
import type { Run, RunReport, StorePort } from "../../index.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE, reading } from "../journal-file.ts";
import { findRun } from "../run-name.ts";
import { entryLine } from "../terminal/entry-line.ts";
import { reportLines } from "../terminal/report-lines.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { RUN_HELP } from "./arguments.ts";

const ABOUT =
  "Shows what a run came to, or has come to so far: its tasks, what it spent, the questions that wait for a person, its conflicts and how they were resolved, and what was found wanting. Reads only.";

const EXAMPLES = `
Examples:
  bailiwick show last
  bailiwick show last --entries        every entry of its journal, one a line
  bailiwick show run_V1St --json`;

interface Flags {
  readonly store: string;
  readonly entries?: boolean;
  readonly json?: boolean;
}

export function addShow(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  program
    .command("show")
    .summary("show what a run came to")
    .description(ABOUT)
    .argument("<RUN>", RUN_HELP)
    .option("--store <FILE>", "the journal", DEFAULT_STORE)
    .option("--entries", "list the journal instead")
    .option("--json", "print one JSON object; with --entries one for each line")
    .addHelpText("after", EXAMPLES)
    .action(async (name: string, flags: Flags) => {
      await reading(flags.store, async (orchestrator, store) => {
        const { run } = await findRun(store, name);
        if (flags.entries) await list(orchestrator.run(run), store, flags, terminal);
        else show(await orchestrator.run(run).report(), flags, terminal);
      });
      ended(EXIT.done);
    });
}

function show(report: RunReport, { json }: Flags, { out }: Terminal): void {
  out.write(`${json ? JSON.stringify(report) : reportLines(report, out.paint).join("\n")}\n`);
}

async function list(run: Run, store: StorePort, { json }: Flags, { out }: Terminal): Promise<void> {
  // A journal that is still written to has no end; this lists what there is now.
  const last = (await store.head(run.id))?.seq ?? 0;
  if (last === 0) return;
  for await (const entry of run.events()) {
    out.write(`${json ? JSON.stringify(entry) : entryLine(entry, out.paint)}\n`);
    if (entry.seq >= last) return;
  }
}
