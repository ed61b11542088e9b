/** Quantities as people read them. */
import { stripVTControlCharacters } from "node:util";
import type { Amount } from "../../index.ts";

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`;
}

export const moment = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** What binds a review first, and money and tokens where there are any. */
export function spendText({ steps, toolCalls, tokens, costMicroUsd }: Amount): string {
  return [
    plural(steps, "step"),
    plural(toolCalls, "tool call"),
    ...(tokens > 0 ? [plural(tokens, "token")] : []),
    ...(costMicroUsd > 0 ? [`$${(costMicroUsd / 1_000_000).toFixed(4)}`] : []),
  ].join(", ");
}

/** Cells in columns; colours take no room, and the last cell of a row is not padded. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (cell: string): number => stripVTControlCharacters(cell).length;
  const widths = rows.reduce<readonly number[]>(
    (wide, row) => row.map((cell, at) => Math.max(wide[at] ?? 0, width(cell))),
    [],
  );
  const padded = (cell: string, at: number): string => cell + " ".repeat((widths[at] ?? 0) - width(cell));
  return rows.map((row) => row.map(padded).join("  ").trimEnd());
}
