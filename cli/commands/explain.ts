/** `bailiwick explain`: why is this entry in the journal? */
import type { Command } from "commander";
import type { ExplainedEntry, Labels, Tracked } from "../../index.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { DEFAULT_STORE, reading } from "../journal-file.ts";
import { visible } from "../review/report/escape.ts";
import { findRun } from "../run-name.ts";
import { moment } from "../terminal/quantity.ts";
import type { Paint, Terminal } from "../terminal/terminal.ts";
import { RUN_HELP, wholeFrom1 } from "./arguments.ts";

const ABOUT =
  "Says why an entry is in a run's journal: what came in, what was decided by which rule, what it changed, and the chain of causes back to the objective. Reads only.";

const EXAMPLES = `
Examples:
  bailiwick show last --entries        find the entry
  bailiwick explain last 12`;

export function addExplain(program: Command, terminal: Terminal, ended: (code: ExitCode) => void): void {
  program
    .command("explain")
    .summary("say why an entry is in a journal")
    .description(ABOUT)
    .argument("<RUN>", RUN_HELP)
    .argument("<SEQ>", "the number of the entry", wholeFrom1)
    .option("--store <FILE>", "the journal", DEFAULT_STORE)
    .option("--json", "print one JSON object")
    .addHelpText("after", EXAMPLES)
    .action(
      async (name: string, seq: number, { store: file, json }: { readonly store: string; readonly json?: boolean }) => {
        const explained = await reading(file, async (orchestrator, store) => {
          const { run } = await findRun(store, name);
          return orchestrator.run(run).explain(seq);
        });
        const text = json ? JSON.stringify(explained) : linesOf(explained, terminal.out.paint).join("\n");
        terminal.out.write(`${text}\n`);
        ended(EXIT.done);
      },
    );
}

const labelText = ({ integrity, readers }: Labels): string =>
  `${integrity}, for ${readers === "public" ? "everybody" : readers.join(", ") || "nobody"}`;

/** What the agent of the entry had heard by then, as labels, and what brought them. */
const labelLines = ({ from = [], ...labels }: Tracked): readonly string[] => [
  labelText(labels),
  ...from.map(
    ({ source, act, ...origin }) => `from ${source}${act === undefined ? "" : ` (${act})`}: ${labelText(origin)}`,
  ),
];

/** Changes beyond these are for `--json`. */
const SHOWN = 20;

function linesOf(
  { entry, summary, rulings, changes, because, objective, labels }: ExplainedEntry,
  paint: Paint,
): readonly string[] {
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ["", paint("bold", title), ...lines.map((line) => `  ${visible(line)}`)];
  const rest = changes.length - SHOWN;
  return [
    `${paint("bold", `Entry ${entry.seq}`)}, ${moment(entry.at)}, ${entry.kind}`,
    visible(summary),
    ...part(
      "Decided",
      rulings.map(({ actor, rule, verdict, reason, data }) => {
        const policy = data?.["policy"] === undefined ? "" : ` (policy: ${String(data["policy"])})`;
        return `${actor}: ${verdict}, by ${rule}${policy}${reason === undefined ? "" : `: ${reason}`}`;
      }),
    ),
    ...part(
      "Moved",
      entry.moved.map(
        ({ actor, path }) => `${actor}: ${path.map((state) => (state === "" ? "(started)" : state)).join(" → ")}`,
      ),
    ),
    ...part(
      "To be done",
      entry.intents.map(({ key, src, effect }) => `${src}, as ${key} (${effect})`),
    ),
    ...part("Changed", [
      ...changes
        .slice(0, SHOWN)
        .map(({ op, path, value }) => `${op} ${path}${value === undefined ? "" : ` = ${JSON.stringify(value)}`}`),
      ...(rest > 0 ? [`… and ${rest} more, see --json`] : []),
    ]),
    ...part("Heard", labels === undefined ? [] : labelLines(labels)),
    ...part("Because", [
      ...because.map(({ seq, kind, why }) => `${String(seq).padStart(4)}  ${kind.padEnd(7)}  ${why}`),
      `objective: ${objective}`,
    ]),
  ];
}
