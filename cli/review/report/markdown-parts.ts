import type { ReviewFinding } from "../analysis/finding.ts";
import type { Shortlist } from "../analysis/shortlist.ts";
import { code, escaped } from "./escape.ts";

/** A Markdown text of ours: what came from the tree has been escaped in it. */
export type Markdown = string;

export function table(heads: readonly string[], rows: readonly (readonly Markdown[])[]): Markdown {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** `…and 12 more`, or nothing. */
export const more = ({ leftOut }: Shortlist<unknown>): readonly Markdown[] =>
  leftOut > 0 ? [`- …and ${number(leftOut)} more`] : [];

export const number = (value: number): string => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");

export function bytes(size: number): string {
  if (size < 1_024) return `${size} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = size / 1_024;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

export const percent = (part: number): string => `${Math.round(part * 100)} %`;

export const path = (name: string | null): Markdown => (name === null ? "none" : code(name));

/** A finding with its evidence below it. */
export const findingLines = ({ severity, text, evidence }: ReviewFinding): readonly Markdown[] => [
  `- **${severity}** ${escaped(text)}`,
  ...evidence.slice(0, 10).map((each) => `  - ${code(each)}`),
];

export function section(title: string, ...blocks: readonly (Markdown | readonly Markdown[])[]): Markdown {
  const texts = blocks
    .map((block) => (typeof block === "string" ? block : block.join("\n")))
    .filter((text) => text !== "");
  return [`## ${title}`, ...texts].join("\n\n");
}
