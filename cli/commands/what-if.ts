/** `bailiwick what-if`: how would a recorded run have gone under another policy or other caps? */
import { type Command, InvalidArgumentError } from "commander";
import type { RunCaps, WhatIfOptions } from "../../index.ts";
import { UsageError } from "../complaint.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE, reading } from "../journal-file.ts";
import { policyFrom } from "../policy-file.ts";
import { findRun } from "../run-name.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { whatIfLines } from "../terminal/what-if-lines.ts";
import { RUN_HELP, wholeFrom1 } from "./arguments.ts";

const ABOUT = [
  "Decides a recorded run again under another policy, other caps, or both, and lists the calls that would have been denied, asked about or stopped. Nothing is performed, and nothing is written.",
  "Each call is taken as it was proposed: what the agents would have done instead is not guessed. What a call cost is what it cost; one that was never made counts at its worst case.",
].join("\n\n");

const EXAMPLES = `
Examples:
  bailiwick what-if last --policy stricter.cedar
  bailiwick what-if last --budget-usd 0.50 --budget-calls 20
  bailiwick what-if run_V1St --policy stricter.json --json

A policy file is in Cedar if its name ends in .cedar, which takes npm install @cedar-policy/cedar-wasm. Any other is an allow-list:
  {"agents": {"writer": {"tools": {"publish": true, "pay": {"approval": true}}}}}
Arguments of tools are known from the calls on record.`;

interface Flags {
  readonly store: string;
  readonly policy?: string;
  readonly budgetUsd?: number;
  readonly budgetTokens?: number;
  readonly budgetSteps?: number;
  readonly budgetCalls?: number;
  readonly budgetWallMs?: number;
  readonly budgetActiveMs?: number;
  readonly json?: boolean;
}

export function addWhatIf(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  program
    .command("what-if")
    .summary("decide a run again under another policy or budget")
    .description(ABOUT)
    .argument("<RUN>", RUN_HELP)
    .option("--store <FILE>", "the journal", DEFAULT_STORE)
    .option("--policy <FILE>", "ask this policy about every call again")
    .option("--budget-usd <USD>", "money, in dollars", dollars)
    .option("--budget-tokens <N>", "tokens", wholeFrom0)
    .option("--budget-steps <N>", "acts of agents", wholeFrom0)
    .option("--budget-calls <N>", "tool calls", wholeFrom0)
    .option("--budget-wall-ms <MS>", "time from start to end", wholeFrom1)
    .option("--budget-active-ms <MS>", "the same, without waiting for people", wholeFrom1)
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(async (name: string, flags: Flags) => {
      const options = await optionsOf(flags);
      const result = await reading(flags.store, async (orchestrator, store) => {
        const { run } = await findRun(store, name);
        return orchestrator.whatIf(run, options);
      });
      const { write, paint } = terminal.out;
      write(`${flags.json ? JSON.stringify(result) : whatIfLines(result, paint).join("\n")}\n`);
      ended(EXIT.done);
    });
}

async function optionsOf(flags: Flags): Promise<WhatIfOptions> {
  const budget: RunCaps = {
    ...(flags.budgetUsd === undefined ? {} : { maxCostUsd: flags.budgetUsd }),
    ...(flags.budgetTokens === undefined ? {} : { maxTokens: flags.budgetTokens }),
    ...(flags.budgetSteps === undefined ? {} : { maxSteps: flags.budgetSteps }),
    ...(flags.budgetCalls === undefined ? {} : { maxToolCalls: flags.budgetCalls }),
    ...(flags.budgetWallMs === undefined ? {} : { maxWallMs: flags.budgetWallMs }),
    ...(flags.budgetActiveMs === undefined ? {} : { maxActiveMs: flags.budgetActiveMs }),
  };
  const hasBudget = Object.keys(budget).length > 0;
  if (flags.policy === undefined && !hasBudget)
    throw new UsageError("give another policy (--policy), another budget (--budget-usd …), or both");
  return {
    ...(flags.policy === undefined ? {} : { policy: await policyFrom(flags.policy) }),
    ...(hasBudget ? { budget } : {}),
  };
}

function dollars(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("Give dollars from 0.");
}

const wholeFrom0 = (text: string): number => (text === "0" ? 0 : wholeFrom1(text));
