import { type Command, InvalidArgumentError, Option } from "commander";
import type { BudgetConfig } from "../../index.ts";
import { UsageError } from "../complaint.ts";
import { EXIT_HELP, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE } from "../journal-file.ts";
import { addPageFlags, type PageFlags } from "../page/page-flags.ts";
import { person } from "../person.ts";
import { DEFAULT_BUDGET } from "../review/run/review-budget.ts";
import { FAIL_ON, type FailOn } from "../review/run/review-outcome.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { review } from "./review.ts";

interface Flags extends PageFlags {
  readonly open?: boolean;
  readonly store: string;
  readonly out?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly resume?: string;
  readonly failOn?: FailOn;
  readonly budgetUsd?: number;
  readonly budgetTokens?: number;
  readonly budgetSteps?: number;
  readonly budgetToolCalls?: number;
  readonly budgetMinutes?: number;
}

const ABOUT = [
  "Eight agents review a source tree: five gather facts (inventory, packages, secrets, tests, links), a sceptic and a maintainer judge them, and an editor writes the report. Every act is decided by an orchestrator, held to the budget and recorded, so that a review that was stopped, or killed, goes on where it ended.",
  "Nothing in DIR is run or changed. The report is the only thing written beside the journal, and before that a person is asked, unless --yes says so.",
].join("\n\n");

const EXAMPLES = `
Examples:
  bailiwick review                              review this folder, ask before writing REVIEW.md
  bailiwick review vendor/lib --yes             write without asking
  bailiwick review . --yes --json | jq .verdict
  bailiwick review . --yes --fail-on unfit      for CI: exit code 4 when the verdict is "unfit"
  bailiwick review . --open                     watch it in a page, and decide there
  bailiwick review --resume last                go on where the last review ended`;

const { maxSteps, maxToolCalls, maxWallMs } = DEFAULT_BUDGET;

export function addReview(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  const command = program
    .command("review")
    .summary("review a source tree: is it fit to depend on?")
    .description(ABOUT)
    .argument("[DIR]", 'the folder to review (default: ".")')
    .option("--store <FILE>", "the journal; made if it is not there", DEFAULT_STORE)
    .option("--out <FILE>", 'where the report goes (default: "REVIEW.md" in the current folder)')
    .option("-y, --yes", "allow writing the report, without being asked")
    .option("--json", "print one JSON object and nothing else on standard output")
    .option("-q, --quiet", "no progress on standard error")
    .option("--open", "show the review in a page while it goes on, and until Ctrl-C; questions are answered there")
    .option("--resume <RUN>", 'go on with a review: its id, the beginning of it, or "last"')
    .addOption(
      new Option(
        "--fail-on <VERDICT>",
        "exit with 4 when the tree is unfit; with care: also when it is fit only with care",
      ).choices(Object.keys(FAIL_ON)),
    )
    .option("--budget-usd <N>", "most it may cost; the review's own tools are free", amount)
    .option("--budget-tokens <N>", "most model tokens; the review's own agents use none", whole)
    .option("--budget-steps <N>", `most acts of agents (default: ${maxSteps})`, whole)
    .option("--budget-tool-calls <N>", `most tool calls (default: ${maxToolCalls})`, whole)
    .option("--budget-minutes <N>", `most time, waiting for people included (default: ${maxWallMs / 60_000})`, minutes);
  addPageFlags(command)
    .addHelpText("after", `${EXAMPLES}\n${EXIT_HELP}`)
    .action(async (dir: string | undefined, flags: Flags) => {
      const { store, out = "REVIEW.md", yes = false, json = false, quiet = false, resume, failOn } = flags;
      const budget = budgetOf(flags);
      if (resume !== undefined && (dir !== undefined || flags.out !== undefined || Object.keys(budget).length > 0))
        throw new UsageError("a review that is resumed keeps its folder, its report and its budget; leave those out");
      const page = pageOf(flags);
      ended(await review({ dir: dir ?? ".", out, store, yes, json, quiet, resume, failOn, budget, page }, terminal));
    });
}

/** Flags about a page that is not shown would be passed over in silence. */
function pageOf({ open = false, port, browser, approver }: Flags): PageFlags | undefined {
  if (open) return { port, browser, approver };
  if (port === 0 && browser && approver === person()) return undefined;
  throw new UsageError("--port, --no-browser and --approver are about the page: add --open");
}

function budgetOf(flags: Flags): BudgetConfig {
  const given = {
    maxCostUsd: flags.budgetUsd,
    maxTokens: flags.budgetTokens,
    maxSteps: flags.budgetSteps,
    maxToolCalls: flags.budgetToolCalls,
    maxWallMs: flags.budgetMinutes === undefined ? undefined : Math.ceil(flags.budgetMinutes * 60_000),
  };
  return Object.fromEntries(Object.entries(given).filter(([, cap]) => cap !== undefined));
}

function amount(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("Give a number from 0.");
}

function whole(text: string): number {
  const value = amount(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("Give a whole number from 0.");
}

function minutes(text: string): number {
  const value = amount(text);
  if (value > 0) return value;
  throw new InvalidArgumentError("Give a number above 0.");
}
