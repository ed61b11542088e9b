/** Question lines: a question as lines of a terminal. */
import { type ApprovalRequest, type Bounds, type RenderedValue, render } from "../../index.ts";
import { moment } from "./quantity.ts";

/** How much is shown before somebody asks for all of it. */
export const SHOWN: Bounds = { lines: 24, columns: 1_000, values: 40 };

const LABEL = 10;
/** Blank lines in a row that are still shown as such. */
const BLANK = 3;

export function questionLines(question: ApprovalRequest, bounds: Bounds = {}): readonly string[] {
  const { title, facts, heading, values, hidden, warnings, rationale, digest } = render(question, bounds);
  return [
    title,
    ...facts.map(([name, value]) => `  ${name.padEnd(LABEL)} ${value}`),
    `  asked      ${moment(question.askedAt)}`,
    `  expires    ${moment(question.expiresAt)}, and is refused then`,
    `  ${heading}:`,
    ...values.flatMap(valueLines),
    ...warnings.map((warning) => `  warning    ${warning}`),
    ...(rationale === undefined ? [] : ["  what the agent says of it, which proves nothing:", `    │ ${rationale}`]),
    digest === undefined
      ? `  digest     not given, for ${hidden} bytes are not shown`
      : `  digest     ${digest.slice(0, 16)}`,
  ];
}

/** A value of one line stands beside its name; one of more has each line behind a bar. */
function valueLines({ path, lines, of, bytes, hidden }: RenderedValue): readonly string[] {
  const label = `    ${path.padEnd(LABEL)}`;
  const rest = hidden === 0 ? [] : [`    … ${hidden} bytes not shown`];
  if (of === 1) return [`${label} ${lines[0]}`, ...rest];
  return [`${label} ${of} lines, ${bytes} bytes:`, ...folded(lines), ...rest];
}

/** Long stretches of blank lines are counted: what comes after them stays in sight. */
function folded(lines: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let blank = 0;
  const fold = (): void => {
    if (blank > BLANK) shown.splice(-blank, blank, `    … ${blank} blank lines`);
    blank = 0;
  };
  for (const line of lines) {
    const isBlank = line === "" || /^\\u\{20\}×\d+$/.test(line);
    if (!isBlank) fold();
    else blank += 1;
    shown.push(`    │ ${line}`);
  }
  fold();
  return shown;
}
