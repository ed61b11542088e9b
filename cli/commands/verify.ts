/** `bailiwick verify`: is the journal what was written? */
import type { Command } from "commander";
import { type Orchestrator, RuntimeError, type StorePort, type Verification } from "../../index.ts";
import { UsageError } from "../complaint.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE, reading } from "../journal-file.ts";
import { visible } from "../review/report/escape.ts";
import { findRun } from "../run-name.ts";
import type { Paint, Terminal } from "../terminal/terminal.ts";
import { RUN_HELP } from "./arguments.ts";

const ABOUT = [
  "Checks a run's journal: that each entry's hash covers its text and the hash before it, that none is missing, and that payloads kept apart are what the entries say. The first broken entry is named. Reads only.",
  "It finds what was changed in the file. Who can also compute new hashes can write a new journal: keep the hash it prints somewhere else, and compare.",
].join("\n\n");

const EXAMPLES = `
Examples:
  bailiwick verify last
  bailiwick verify --all`;

interface Flags {
  readonly store: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

interface Checked {
  readonly run: string;
  readonly result: Verification;
}

export function addVerify(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  program
    .command("verify")
    .summary("check that a journal is what was written")
    .description(ABOUT)
    .argument("[RUN]", RUN_HELP)
    .option("--store <FILE>", "the journal", DEFAULT_STORE)
    .option("--all", "check every run of the journal")
    .option("--json", "print one JSON array")
    .addHelpText("after", `${EXAMPLES}\n\nExit code: 0 when whole, 1 when broken.`)
    .action(async (name: string | undefined, { store: file, all = false, json }: Flags) => {
      if ((name === undefined) !== all) throw new UsageError("give a run, or --all; one of the two");
      const checked = await reading(file, (orchestrator, store) => check(name, orchestrator, store));
      const { write, paint } = terminal.out;
      if (json) write(`${JSON.stringify(checked)}\n`);
      else write(checked.map((one) => `${lineOf(one, paint)}\n`).join("") || "There are no runs in this journal.\n");
      ended(checked.every(({ result }) => result.kind === "whole") ? EXIT.done : EXIT.failed);
    });
}

const ALL = 1_000_000;

async function check(
  name: string | undefined,
  orchestrator: Orchestrator,
  store: StorePort,
): Promise<readonly Checked[]> {
  const runs = name === undefined ? await store.runs({ limit: ALL }) : [await findRun(store, name)];
  const checked: Checked[] = [];
  for (const { run } of runs) checked.push({ run, result: await verified(run, orchestrator) });
  return checked;
}

/** A journal that the store itself cannot read is broken too; the next run may be whole. */
async function verified(run: string, orchestrator: Orchestrator): Promise<Verification> {
  try {
    return await orchestrator.run(run).verify();
  } catch (error) {
    if (!(error instanceof RuntimeError && error.code === "journal.corrupt")) throw error;
    return { kind: "broken", seq: 0, reason: error.message };
  }
}

const lineOf = ({ run, result }: Checked, paint: Paint): string =>
  result.kind === "whole"
    ? `${visible(run)}  ${paint("green", "whole")}, ${result.head.seq} entries, ${result.head.hash}`
    : `${visible(run)}  ${paint("red", "broken")} at entry ${result.seq}: ${visible(result.reason)}`;
