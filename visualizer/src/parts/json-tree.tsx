/** A JSON value as a tree: windowed, bounded, and what is left out is counted. */
import { type KeyboardEvent, useMemo, useState } from "react";
import type { Json } from "../../../src/contracts/json.ts";
import { legible } from "../../../src/decisions/rendering.ts";
import { count, plural } from "../state/format.ts";
import { flip, linesOf, showMore, type TreeLine, UNTOUCHED } from "../state/tree.ts";
import { Glyph } from "./glyph.tsx";
import { Virtual } from "./virtual.tsx";

const HEIGHT = 20;

interface JsonTreeProps {
  readonly value: Json;
  readonly label: string;
  readonly openTo?: number;
  /** Lines that are in sight at most. */
  readonly rows?: number;
}

export function JsonTree({ value, label, openTo = 2, rows = 18 }: JsonTreeProps) {
  const [opened, setOpened] = useState(UNTOUCHED);
  const lines = useMemo(() => linesOf(value, opened, openTo), [value, opened, openTo]);
  const act = ({ kind, path }: TreeLine) => {
    if (kind === "more") setOpened(showMore(opened, path));
    else if (kind === "object" || kind === "list") setOpened(flip(opened, path));
  };
  return (
    <div className="tree" style={{ height: Math.min(rows, lines.length) * HEIGHT + 10 }}>
      <Virtual
        count={lines.length}
        height={HEIGHT}
        label={label}
        role="tree"
        row={(place) => {
          const line = lines[place];
          return line === undefined ? null : <Line key={`${line.path}/${line.kind}`} line={line} onAct={act} />;
        }}
      />
    </div>
  );
}

function Line({ line, onAct }: { readonly line: TreeLine; readonly onAct: (line: TreeLine) => void }) {
  const isBranch = line.kind === "object" || line.kind === "list";
  const acts = (isBranch && line.text !== "0") || line.kind === "more";
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    onAct(line);
  };
  return (
    <div
      className={`tree-line tree-${line.kind}`}
      role="treeitem"
      aria-level={line.depth + 1}
      aria-expanded={isBranch ? line.isOpen === true : undefined}
      tabIndex={acts ? 0 : -1}
      style={{ paddingInlineStart: 6 + line.depth * 14 }}
      onClick={acts ? () => onAct(line) : undefined}
      onKeyDown={acts ? onKeyDown : undefined}
    >
      <span className={`tree-fold${line.isOpen ? " is-open" : ""}`}>
        {isBranch && line.text !== "0" ? <Glyph name="chevron" /> : null}
      </span>
      {line.name === undefined ? null : <span className="tree-name">{legible(line.name)}: </span>}
      <span className="tree-value">{textOf(line)}</span>
      {line.left === undefined ? null : <span className="tree-left">{`… ${count(line.left)} characters more`}</span>}
    </div>
  );
}

function textOf({ kind, text, isOpen }: TreeLine): string {
  if (kind === "text") return legible(JSON.stringify(text));
  if (kind === "more") return `${plural(Number(text), "more member")}: show`;
  if (kind !== "object" && kind !== "list") return text;
  const [open, close] = kind === "list" ? ["[", "]"] : ["{", "}"];
  if (text === "0") return `${open}${close}`;
  return isOpen ? open : `${open} ${text} ${close}`;
}
