/** Review outcome: what a review came to, for people and for programs. */
import type { RunReport } from "../../../index.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { spendText } from "../../terminal/quantity.ts";
import { taskLines } from "../../terminal/task-lines.ts";
import type { Paint } from "../../terminal/terminal.ts";
import type { ReviewResult } from "../agents/editor.ts";
import { isAsCareful } from "../agents/verdict-choice.ts";
import type { Assessment, FitnessVerdict } from "../analysis/fitness/verdict.ts";
import { visible } from "../report/escape.ts";

export const FAIL_ON = { care: "fit-with-care", unfit: "unfit" } as const satisfies Record<string, FitnessVerdict>;
export type FailOn = keyof typeof FAIL_ON;

export const resultOf = ({ status, output }: RunReport): ReviewResult | undefined =>
  status === "completed" ? (output as unknown as ReviewResult) : undefined;

export function exitOf(report: RunReport, failOn: FailOn | undefined): ExitCode {
  if (report.status === "suspended" || report.status === "running") return EXIT.suspended;
  const result = resultOf(report);
  if (result === undefined) return EXIT.failed;
  return failOn !== undefined && isAsCareful(result.verdict, FAIL_ON[failOn]) ? EXIT.unfit : EXIT.done;
}

/** The one object that `--json` prints. */
export function outcomeJson(report: RunReport): string {
  const result = resultOf(report);
  const { verdict = null, file = null } = result ?? {};
  return `${JSON.stringify({ run: report.run, status: report.status, verdict, path: file, report })}\n`;
}

const words: { readonly [V in FitnessVerdict]: readonly [text: string, style: "green" | "yellow" | "red"] } = {
  fit: ["fit to depend on", "green"],
  "fit-with-care": ["fit to depend on, with care", "yellow"],
  unfit: ["not fit to depend on", "red"],
};

const REASONS = 3;

export function outcomeText(report: RunReport, paint: Paint): string {
  const result = resultOf(report);
  const lines = result === undefined ? shortOf(report, paint) : verdictLines(result, paint);
  return `${lines.join("\n")}\n`;
}

function verdictLines(
  { name, verdict, reason, risk, upkeep, file, bytes }: ReviewResult,
  paint: Paint,
): readonly string[] {
  const [text, style] = words[verdict];
  return [
    `${paint("bold", visible(name))} is ${paint(style, text)}.`,
    "",
    ...assessmentLines("Risk", risk, paint),
    ...assessmentLines("Upkeep", upkeep, paint),
    `Decided: ${visible(reason)}`,
    `Report:  ${visible(file)} (${bytes} bytes)`,
  ];
}

const assessmentLines = (title: string, { verdict, score, reasons }: Assessment, paint: Paint): readonly string[] => [
  `${title}: ${verdict}, ${score.toFixed(2)} of 1`,
  ...reasons
    .filter(({ weight }) => weight !== 0)
    .slice(0, REASONS)
    .map(({ weight, text, evidence }) => {
      const sign = weight < 0 ? paint("red", weight.toFixed(2)) : paint("green", `+${weight.toFixed(2)}`);
      return `  ${sign}  ${visible(text)} ${paint("dim", visible(evidence[0] ?? ""))}`;
    }),
  "",
];

/** What there is of a review that was not completed. */
function shortOf(report: RunReport, paint: Paint): readonly string[] {
  const { failure, status, spend } = report;
  const why = failure === undefined ? "" : `: ${visible(failure.message)} [${failure.code}]`;
  return [
    `The review is ${paint(status === "suspended" ? "yellow" : "red", status)}${why}`,
    "",
    ...taskLines(report, paint),
    "",
    `Spent: ${spendText(spend)}. No report was written.`,
  ];
}
