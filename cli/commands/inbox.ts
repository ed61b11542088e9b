/** `bailiwick inbox`: the questions that wait for a person, in all runs of a journal. */
import type { Command } from "commander";
import { type ApprovalRequest, type Fatigue, fatigueOf, type Orchestrator, type RunSummary } from "../../index.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE, reading } from "../journal-file.ts";
import { findQuestion } from "../question-name.ts";
import { visible } from "../review/report/escape.ts";
import { duration } from "../terminal/quantity.ts";
import { questionLines, SHOWN } from "../terminal/question-lines.ts";
import type { Screen, Terminal } from "../terminal/terminal.ts";

const ABOUT = [
  "Lists the questions that wait for a person, oldest first, as the runtime made them from the values that are bound: nothing an agent says is in them but where they say so. Reads only.",
  'The digest is what "approve" and "edit" want. It is given only where nothing is hidden; --full hides nothing.',
].join("\n\n");

const EXAMPLES = `
Examples:
  bailiwick inbox
  bailiwick inbox --role finance
  bailiwick inbox run_V1St:pay#1/0/approve/0 --full
  bailiwick inbox --json | jq -r '.[] | [.id, .digest] | @tsv'`;

interface Flags {
  readonly store: string;
  readonly role?: string;
  readonly full?: boolean;
  readonly json?: boolean;
}

export function addInbox(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  program
    .command("inbox")
    .summary("list what waits for a person")
    .description(ABOUT)
    .argument("[QUESTION]", "only this one: its id, or the beginning of it")
    .option("--store <FILE>", "the journal", DEFAULT_STORE)
    .option("--role <ROLE>", "only what is asked of this role")
    .option("--full", "show every value whole")
    .option("--json", "print one JSON array, with every value whole")
    .addHelpText("after", EXAMPLES)
    .action(async (name: string | undefined, { store, role, full = false, json }: Flags) => {
      const { questions, tired } = await reading(store, async (orchestrator) => ({
        questions: await questionsOf(orchestrator, name, role),
        tired: tiredOf(await orchestrator.runs({ limit: 10_000 })),
      }));
      if (json) terminal.out.write(`${JSON.stringify(questions)}\n`);
      else terminal.out.write(listOf(questions, full || name !== undefined, terminal.out));
      for (const one of tired) terminal.err.write(warningOf(one));
      ended(EXIT.done);
    });
}

async function questionsOf(
  orchestrator: Orchestrator,
  name: string | undefined,
  role: string | undefined,
): Promise<readonly ApprovalRequest[]> {
  const open = await orchestrator.inbox();
  const named = name === undefined ? open : [findQuestion(open, name)];
  return named.filter((question) => role === undefined || question.role === role);
}

function listOf(questions: readonly ApprovalRequest[], full: boolean, { paint }: Screen): string {
  if (questions.length === 0) return "Nothing waits for a person.\n";
  const parts = questions.map((question) => {
    const [title = "", ...lines] = questionLines(question, full ? {} : SHOWN);
    return [paint("bold", visible(question.id)), `  ${title}`, ...lines].join("\n");
  });
  return `${parts.join("\n\n")}\n`;
}

/** People who may have stopped reading what they approve. */
export const tiredOf = (runs: readonly RunSummary[], now = Date.now()): readonly Fatigue[] => {
  const decided = runs.flatMap((run) => run.decided ?? []).toSorted((a, b) => a.at - b.at);
  return fatigueOf(decided, now).filter(({ isAlarming }) => isAlarming);
};

const warningOf = ({ by, decisions, quick, medianOpenMs }: Fatigue): string =>
  `Warning: ${visible(by)} has decided ${decisions} questions within the last hour, ${quick} of them in less than a second; half of them had been open for ${duration(medianOpenMs)} or less.\n`;
