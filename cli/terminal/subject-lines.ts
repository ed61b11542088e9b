/** Subject lines: the exact arguments of a call as lines of a terminal, each line of a text on its own. */
import type { Json } from "../../index.ts";
import { unhidden } from "../review/report/escape.ts";

/** Of each text, in lines. */
const SHOWN = 24;

export interface SubjectLines {
  readonly lines: readonly string[];
  /** Bytes of the texts that are not in the lines. */
  readonly hidden: number;
}

export function subjectLines(subject: Json, most: number = SHOWN): SubjectLines {
  const fields =
    typeof subject === "object" && subject !== null && !Array.isArray(subject) ? subject : { value: subject };
  const parts = Object.entries(fields).map(([name, value]) => fieldLines(name, value ?? null, most));
  // What is short first: a long text would push it out of sight.
  const shown = parts.toSorted((a, b) => a.lines.length - b.lines.length);
  return { lines: shown.flatMap(({ lines }) => lines), hidden: shown.reduce((sum, { hidden }) => sum + hidden, 0) };
}

function fieldLines(name: string, value: Json, most: number): SubjectLines {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const all = text.split("\n");
  const label = `  ${unhidden(name).padEnd(10)}`;
  if (all.length === 1) return { lines: [`${label} ${unhidden(text)}`], hidden: 0 };
  const rest = all.slice(most).join("\n");
  const hidden = rest === "" ? 0 : Buffer.byteLength(rest);
  return {
    lines: [
      `${label} ${all.length} lines, ${Buffer.byteLength(text)} bytes:`,
      ...all.slice(0, most).map((line) => `    ${unhidden(line)}`),
      ...(hidden === 0 ? [] : [`    … ${hidden} bytes not shown`]),
    ],
    hidden,
  };
}
