/** Rendering text: a rendered question as lines of text, for a terminal. A page shows the same parts in its own way. */
import type { RenderedValue, Rendering } from "./rendering.ts";

const LABEL = 10;
/** Blank lines in a row that are still shown as such. */
const BLANK = 3;

export function textOf({
  title,
  facts,
  heading,
  values,
  hidden,
  warnings,
  rationale,
  digest,
}: Rendering): readonly string[] {
  return [
    title,
    ...facts.map(([name, value]) => `  ${name.padEnd(LABEL)} ${value}`),
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
export function valueLines({ path, lines, of, bytes, hidden }: RenderedValue): readonly string[] {
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
