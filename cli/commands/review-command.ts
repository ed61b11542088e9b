import { type Command, InvalidArgumentError, Option } from "commander";
import type { BudgetConfig } from "../../index.ts";
import { UsageError } from "../complaint.ts";
import { EXIT_HELP, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE } from "../journal-file.ts";
import { addPageFlags, type PageFlags } from "../page/page-flags.ts";
import { person } from "../person.ts";
import { type ModelFlags, modelOf } from "../review/model/model-flags.ts";
import { DEFAULT_BUDGET, MODEL_BUDGET } from "../review/run/review-budget.ts";
import { FAIL_ON, type FailOn } from "../review/run/review-outcome.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { review } from "./review.ts";

interface Flags extends PageFlags, ModelFlags {
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
  bailiwick review --resume last                go on where the last review ended
  bailiwick review . --model openai-compatible/llama3.2 --base-url http://localhost:11434/v1 --unpriced`;

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
    .option("--model <PROVIDER/NAME>", "let a language model plan, judge and write, as in openai-compatible/llama3.2")
    .option("--base-url <URL>", "where the model is: any server that speaks the OpenAI-compatible protocol")
    .option("--api-key-env <NAME>", "the variable of the environment that has the key; the key itself is kept nowhere")
    .option("--prices <FILE>", "what the model costs, in the format of models.dev")
    .option("--unpriced", "the model costs nothing, as one of your own machine")
    .option(
      "--budget-usd <N>",
      `most it may cost; only a model costs (default with one: ${MODEL_BUDGET.maxCostUsd})`,
      amount,
    )
    .option("--budget-tokens <N>", `most model tokens (default with a model: ${MODEL_BUDGET.maxTokens})`, whole)
    .option("--budget-steps <N>", `most acts of agents (default: ${maxSteps})`, whole)
    .option("--budget-tool-calls <N>", `most tool calls (default: ${maxToolCalls})`, whole)
    .option("--budget-minutes <N>", `most time, waiting for people included (default: ${maxWallMs / 60_000})`, minutes);
  addPageFlags(command)
    .addHelpText("after", `${EXAMPLES}\n${EXIT_HELP}`)
    .action(async (dir: string | undefined, flags: Flags) => {
      const { store, out = "REVIEW.md", yes = false, json = false, quiet = false, resume, failOn } = flags;
      const budget = budgetOf(flags);
      const model = modelOf(flags);
      const isSaidAgain = [dir, flags.out, model, ...Object.values(budget)].some((said) => said !== undefined);
      if (resume !== undefined && isSaidAgain)
        throw new UsageError(
          "a review that is resumed keeps its folder, its report, its budget and its model; leave those out",
        );
      const page = pageOf(flags);
      ended(
        await review({ dir: dir ?? ".", out, store, yes, json, quiet, resume, failOn, budget, model, page }, terminal),
      );
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
