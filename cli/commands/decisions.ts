/**
 * `bailiwick approve`, `edit`, `reject`, `answer`: a person's word on a question of a run that another process has, or
 * nobody. The word is left in the journal's mailbox; whoever has the run takes it, and says what became of it.
 */
import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import type { DecisionKind } from "../../index.ts";
import { UsageError } from "../complaint.ts";
import { EXIT_HELP, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE } from "../journal-file.ts";
import { person } from "../person.ts";
import { systemCode } from "../review/tree-error.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { decide } from "./decide.ts";

interface Flags {
  readonly store: string;
  readonly by?: string;
  readonly reason?: string;
  readonly digest?: string;
  readonly value?: string;
  readonly valueFile?: string;
  readonly wait: number;
  readonly json?: boolean;
}

interface Verb {
  readonly kind: DecisionKind;
  readonly summary: string;
  readonly about: string;
  readonly takes: "nothing" | "json" | "text";
  readonly example: string;
}

const WHO =
  "The decision is left in the journal for the process that has the run. Where nobody has it, it waits for the next one, and counts when it is taken: if the question is still open then.";

const verbs: readonly Verb[] = [
  {
    kind: "approve",
    summary: "say yes to a question",
    about:
      "Says yes to exactly what was shown. At a terminal it is shown again first; elsewhere --digest says what was seen.",
    takes: "nothing",
    example: "bailiwick approve run_V1St:pay#1/0/approve/0 --digest 3fa97c1b2d4e",
  },
  {
    kind: "edit",
    summary: "say yes to other arguments",
    about: "Says yes to other arguments than those that were asked for. They are judged anew and become what is bound.",
    takes: "json",
    example: `bailiwick edit run_V1St:pay --digest 3fa97c1b2d4e --value '{"to":"ann","amount":5}'`,
  },
  {
    kind: "reject",
    summary: "say no to a question",
    about: "Says no. The same call is not asked again in that run, however it is worded.",
    takes: "nothing",
    example: `bailiwick reject run_V1St:pay --reason "not on a Friday"`,
  },
  {
    kind: "answer",
    summary: "answer what an agent asks",
    about: "Answers an agent's question, or says what became of a call whose outcome was lost.",
    takes: "text",
    example: `bailiwick answer run_V1St:ask --value "the red one"`,
  },
];

export function addDecisions(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  for (const verb of verbs) addVerb(program, verb, terminal, ended);
}

function addVerb(program: Command, verb: Verb, terminal: Terminal, ended: (code: ExitCode) => void): void {
  const { kind, summary, about, takes, example } = verb;
  const command = program
    .command(kind)
    .summary(summary)
    .description(`${about}\n\n${WHO}`)
    .argument("<QUESTION>", 'its id, as "bailiwick inbox" shows it, or the beginning of it')
    .option("--store <FILE>", "the journal", DEFAULT_STORE)
    .option("--by <NAME>", "who decides (default: you, at this machine)")
    .option("--reason <TEXT>", "goes into the journal");
  if (kind === "approve" || kind === "edit")
    command.option("--digest <HEX>", "what was seen: 12 or more characters of its digest");
  if (takes !== "nothing")
    command
      .option("--value <VALUE>", takes === "json" ? "the arguments, as JSON" : "the answer: JSON, or else a text")
      .option("--value-file <FILE>", "the same, from a file");
  command
    .option("--wait <SECONDS>", "how long to wait for what becomes of it", seconds, 10)
    .option("--json", "print one JSON object")
    .addHelpText("after", `\nExample:\n  ${example}\n${EXIT_HELP}`)
    .action(async (name: string, flags: Flags) => {
      const { store, by = person(), reason, digest, wait, json = false } = flags;
      const value = takes === "nothing" ? undefined : given(flags, takes);
      const said = { kind, by, ...(reason === undefined ? {} : { reason }), ...(value === undefined ? {} : { value }) };
      ended(await decide({ store, name, said, digest, waitMs: wait * 1_000, json }, terminal));
    });
}

function given({ value, valueFile }: Flags, takes: "json" | "text") {
  if ((value === undefined) === (valueFile === undefined))
    throw new UsageError("give the value with --value, or the file it is in with --value-file");
  const text = value ?? fileText(valueFile ?? "");
  try {
    return JSON.parse(text);
  } catch {
    if (takes === "text") return text;
    throw new UsageError(`the value is not JSON: ${text.slice(0, 80)}`);
  }
}

function fileText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${systemCode(error)})`, { cause: error });
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 86_400) return value;
  throw new InvalidArgumentError("Give seconds from 0 to 86400.");
}
