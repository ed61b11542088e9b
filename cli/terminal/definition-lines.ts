/** Definition lines: all that an MCP server says of a tool, as lines of a terminal. Nothing of it is left out or hidden. */
import type { McpChange } from "../../src/adapters/tools/mcp.ts";
import { visible } from "../review/report/escape.ts";
import type { Screen } from "./terminal.ts";

const WORDS: Readonly<Record<McpChange["kind"], string>> = {
  new: "new",
  changed: "changed since it was approved",
  gone: "gone",
  unusable: "cannot be used",
};

const STYLES = { new: "green", changed: "red", gone: "yellow", unusable: "yellow" } as const;

export function definitionLines({ tool, kind, reason, definition }: McpChange, { paint }: Screen): readonly string[] {
  const why = reason === undefined ? "" : `: ${visible(reason)}`;
  const head = `${paint("bold", visible(tool))}  ${paint(STYLES[kind], WORDS[kind])}${why}`;
  if (definition === undefined) return [head];
  // JSON has no line breaks but its own: no text of the server's begins a line.
  return [head, ...JSON.stringify(definition, undefined, 2).split("\n").flatMap(shown)];
}

const WIDTH = 200;

/** A line behind a bar, in pieces that are shown whole. */
function shown(line: string): readonly string[] {
  const [indent = ""] = /^ */.exec(line) ?? [];
  const pieces = line.slice(indent.length).match(new RegExp(`[^]{1,${WIDTH}}`, "gu")) ?? [""];
  return pieces.map((piece, n) => `  │ ${indent}${n === 0 ? "" : "  … "}${visible(piece)}`);
}
