/** A JSON value as a tree: windowed, bounded, and what is left out is counted. */
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import type { Json } from "../../../src/contracts/json.ts";
import { legible } from "../../../src/decisions/rendering.ts";
import { count, plural } from "../state/format.ts";
import { flip, linesOf, moved, showMore, type TreeLine, UNTOUCHED } from "../state/tree.ts";
import { Glyph } from "./glyph.tsx";
import { Virtual, type VirtualHandle } from "./virtual.tsx";

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
  const [at, setAt] = useState(0);
  const prefix = useId();
  const list = useRef<VirtualHandle>(null);
  const lines = useMemo(() => linesOf(value, opened, openTo), [value, opened, openTo]);
  const act = ({ kind, path }: TreeLine) => {
    if (kind === "more") setOpened(showMore(opened, path));
    else if (kind === "object" || kind === "list") setOpened(flip(opened, path));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moved(lines, at, event.key);
    if (move === undefined) return;
    event.preventDefault();
    if (move.kind === "act") return act(move.line);
    setAt(move.place);
    list.current?.reveal(move.place);
  };
  return (
    <div className="tree" style={{ height: Math.min(rows, lines.length) * HEIGHT + 10 }}>
      <Virtual
        count={lines.length}
        height={HEIGHT}
        label={label}
        role="tree"
        active={`${prefix}${Math.min(at, lines.length - 1)}`}
        handle={list}
        onKeyDown={onKeyDown}
        row={(place) => {
          const line = lines[place];
          if (line === undefined) return null;
          const press = () => {
            setAt(place);
            act(line);
          };
          return (
            <Line
              key={`${line.path}/${line.kind}`}
              id={`${prefix}${place}`}
              line={line}
              isAt={place === at}
              onPress={press}
            />
          );
        }}
      />
    </div>
  );
}

interface LineProps {
  readonly id: string;
  readonly line: TreeLine;
  /** The keys act on it. */
  readonly isAt: boolean;
  readonly onPress: () => void;
}

function Line({ id, line, isAt, onPress }: LineProps) {
  const isBranch = line.kind === "object" || line.kind === "list";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys
    <div
      id={id}
      className={`tree-line tree-${line.kind}${isAt ? " is-at" : ""}`}
      role="treeitem"
      aria-level={line.depth + 1}
      aria-expanded={isBranch ? line.isOpen === true : undefined}
      aria-selected={isAt}
      tabIndex={-1}
      style={{ paddingInlineStart: 6 + line.depth * 14 }}
      onClick={onPress}
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
