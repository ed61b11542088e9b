/** `bailiwick export`: a run as one HTML file, for whoever has no journal and no server. */
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE, reading } from "../journal-file.ts";
import { buildPage } from "../page/build-page.ts";
import { visible } from "../review/report/escape.ts";
import { findRun } from "../run-name.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { RUN_HELP } from "./arguments.ts";

const ABOUT =
  "Writes a run into one HTML file that shows it as the page does, back in time too: its charts, plan, journal, decisions and reasons, and whether the chain of its journal is whole. The file opens from anywhere, offline, and asks nobody for anything. It is bounded: of a long run it says what it leaves out. Reads the journal only.";

const EXAMPLES = `
Examples:
  bailiwick export last --out run.html`;

export function addExport(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  program
    .command("export")
    .summary("write a run into one HTML file")
    .description(ABOUT)
    .argument("<RUN>", RUN_HELP)
    .requiredOption("--out <FILE>", "the file to write; one that is there is written over")
    .option("--store <FILE>", "the journal", DEFAULT_STORE)
    .addHelpText("after", EXAMPLES)
    .action(async (name: string, { out, store: file }: { readonly out: string; readonly store: string }) => {
      const exported = await reading(file, async (orchestrator, store) => {
        const { run } = await findRun(store, name);
        return orchestrator.exported(run);
      });
      await buildPage((line) => terminal.err.write(`${line}\n`));
      // Loaded by the one command that needs it.
      const { runFile } = await import("../../src/adapters/http/run-file.ts");
      const html = runFile(exported);
      await writeFile(out, html);
      terminal.out.write(`${visible(out)}: ${exported.rows.length} entries, ${exported.moments.length} moments\n`);
      for (const line of exported.left) terminal.out.write(`  left out: ${visible(line)}\n`);
      ended(EXIT.done);
    });
}
