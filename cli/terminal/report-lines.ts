/** Report lines: a run's report for a person. */
import type { Conflict, Json, RunReport } from "../../index.ts";
import { visible } from "../review/report/escape.ts";
import { duration, spendText } from "./quantity.ts";
import { questionLines, SHOWN } from "./question-lines.ts";
import { taskLines } from "./task-lines.ts";
import type { Paint } from "./terminal.ts";

export function reportLines(report: RunReport, paint: Paint): readonly string[] {
  const { run, name, objective, status, state, failure, spend, pendingApprovals, conflicts, findings } = report;
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ["", paint("bold", title), ...lines];
  return [
    `${paint("bold", visible(run))}  ${visible(name)}`,
    visible(objective),
    `${status}${state === status ? "" : ` (${visible(state)})`}${failure === undefined ? "" : `: ${visible(failure.message)} [${failure.code}]`}`,
    `Spent: ${spendText(spend)}, in ${duration(spend.wallMs)}`,
    ...part("Tasks", taskLines(report, paint)),
    ...part(
      "Waiting for a person",
      pendingApprovals.flatMap((one) => [
        `  ${visible(one.id)}`,
        ...questionLines(one, SHOWN).map((line) => `  ${line}`),
      ]),
    ),
    ...part("Conflicts", conflicts.flatMap(conflictLines)),
    ...part(
      "Findings",
      findings.map(({ source, message }) => `  ${visible(source)}: ${visible(message)}`),
    ),
    ...part("Output", report.output === undefined ? [] : outputLines(report.output)),
  ];
}

function conflictLines({ key, kept, refused, resolution }: Conflict): readonly string[] {
  const side = ({ author, value }: Conflict["refused"]): string =>
    `${visible(author.agent)} says ${visible(JSON.stringify(value))}`;
  const end = resolution === undefined ? "open" : `${resolution.rule}: ${resolution.reason}`;
  return [`  ${visible(key)}: ${side(kept)}; ${side(refused)}`, `    ${visible(end)}`];
}

/** Fields that fit a line; the rest is for `--json`. */
function outputLines(output: Json): readonly string[] {
  const fields = typeof output === "object" && output !== null && !Array.isArray(output) ? output : { output };
  return Object.entries(fields).map(([name, value]) => {
    const isLarge = typeof value === "object" && value !== null;
    return `  ${visible(name).padEnd(10)} ${isLarge ? "(see --json)" : visible(String(value))}`;
  });
}
