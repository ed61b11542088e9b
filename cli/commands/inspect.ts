/** `bailiwick inspect`: a page of all runs of a journal, now and back in time. */
import type { Command } from "commander";
import { type Inspectable, type Orchestrator, watchApplications } from "../../index.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE, reading, writing } from "../journal-file.ts";
import { mailControl } from "../page/mail-control.ts";
import { addPageFlags, type PageFlags } from "../page/page-flags.ts";
import { onlyPage } from "../page/until-interrupted.ts";
import { visible } from "../review/report/escape.ts";
import type { Terminal } from "../terminal/terminal.ts";

const ABOUT = [
  "Serves a page, on this machine only, that shows every run of a journal: its state, its agents, its plan, its budget, what waits for a person, and why each entry is there, at any moment from its start. No run is taken up, and nothing is changed but what you decide: that is left in the journal for whoever has the run.",
  "Ctrl-C ends it.",
].join("\n\n");

const EXAMPLES = `
Examples:
  bailiwick inspect                        the runs of ${DEFAULT_STORE}
  bailiwick inspect runs.db --read-only    look on, and decide nothing
  bailiwick inspect --no-browser --port 7777
  bailiwick inspect --feed                 and an address to which any XState application can tell what it does`;

interface Flags extends PageFlags {
  readonly readOnly?: boolean;
  readonly feed?: boolean;
}

export function addInspect(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  const command = program
    .command("inspect")
    .summary("show runs in a page, live and back in time")
    .description(ABOUT)
    .argument("[RUNS.db]", "the journal", DEFAULT_STORE)
    .option("--read-only", "open the journal only to be read; nothing can be decided")
    .option("--feed", "take in what other XState applications tell by @statelyai/inspect, too");
  addPageFlags(command)
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, flags: Flags) => {
      const open = flags.readOnly === true ? reading : writing;
      await open(file, (orchestrator) => inspect(file, orchestrator, flags, terminal));
      ended(EXIT.done);
    });
}

function inspect(file: string, orchestrator: Orchestrator, flags: Flags, terminal: Terminal): Promise<void> {
  const say = (line: string): void => terminal.out.write(`${line}\n`);
  say(`The runs of ${visible(file)}`);
  return onlyPage(shownOf(orchestrator, flags), { ...flags, say }, terminal);
}

function shownOf(orchestrator: Orchestrator, { readOnly = false, feed = false }: Flags): Inspectable {
  const { inspection } = orchestrator;
  const shown = { inspection, exported: (run: string) => orchestrator.exported(run) };
  const own = readOnly ? shown : { ...shown, control: mailControl(orchestrator) };
  return feed ? watchApplications(own) : own;
}
