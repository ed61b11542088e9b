/**
 * Tree: a JSON value as lines, of which those that are open are there.
 *
 * T1  Whatever is left out is counted: members of a list, characters of a text.
 */
import type { Json } from "../../../src/contracts/json.ts";

/** Members of one list or object that are lines, until more are asked for. */
export const MEMBERS = 100;
const TEXT = 2_000;

export interface TreeLine {
  /** Where it is: `$.plan.tasks[3]`. What is opened is remembered by it. */
  readonly path: string;
  readonly depth: number;
  readonly name: string | undefined;
  readonly kind: "object" | "list" | "text" | "number" | "word" | "more";
  /** Of a leaf, its text; of a branch, how many it has; of `more`, how many are left. */
  readonly text: string;
  readonly isOpen?: boolean;
  /** Characters that are not in `text`. */
  readonly left?: number;
}

export interface Opened {
  /** Branches that are open although they are deep, or closed although they are not. */
  readonly flipped: ReadonlySet<string>;
  /** How many members of a branch are shown, where it is more than usual. */
  readonly shown: ReadonlyMap<string, number>;
}

export const UNTOUCHED: Opened = { flipped: new Set(), shown: new Map() };

interface At {
  readonly path: string;
  readonly depth: number;
  readonly name: string | undefined;
}

/** `openTo`: branches above this depth are open until they are closed. */
export function linesOf(value: Json, opened: Opened, openTo = 2): readonly TreeLine[] {
  const lines: TreeLine[] = [];
  const add = (one: Json, at: At): void => {
    if (typeof one !== "object" || one === null) {
      lines.push(leaf(one, at));
      return;
    }
    const members: readonly (readonly [string, Json | undefined])[] = Object.entries(one);
    const isOpen = at.depth < openTo !== opened.flipped.has(at.path) && members.length > 0;
    const isList = Array.isArray(one);
    lines.push({ ...at, kind: isList ? "list" : "object", text: String(members.length), isOpen });
    if (!isOpen) return;
    const most = opened.shown.get(at.path) ?? MEMBERS;
    for (const [name, member] of members.slice(0, most)) {
      const path = isList ? `${at.path}[${name}]` : `${at.path}.${name}`;
      add(member ?? null, { path, depth: at.depth + 1, name });
    }
    const left = members.length - most;
    if (left > 0) lines.push({ path: at.path, depth: at.depth + 1, name: undefined, kind: "more", text: String(left) });
  };
  add(value, { path: "$", depth: 0, name: undefined });
  return lines;
}

function leaf(value: string | number | boolean | null, at: At): TreeLine {
  if (typeof value === "number") return { ...at, kind: "number", text: String(value) };
  if (typeof value !== "string") return { ...at, kind: "word", text: String(value) };
  const left = value.length - TEXT;
  return { ...at, kind: "text", text: value.slice(0, TEXT), ...(left > 0 ? { left } : {}) };
}

export function flip(opened: Opened, path: string): Opened {
  const flipped = new Set(opened.flipped);
  if (!flipped.delete(path)) flipped.add(path);
  return { ...opened, flipped };
}

export const showMore = (opened: Opened, path: string): Opened => ({
  ...opened,
  shown: new Map(opened.shown).set(path, (opened.shown.get(path) ?? MEMBERS) * 5),
});

type Move = { readonly kind: "go"; readonly place: number } | { readonly kind: "act"; readonly line: TreeLine };

/** What a key does in a tree, as trees have it: right opens and goes in, left closes and goes out. */
export function moved(lines: readonly TreeLine[], at: number, key: string): Move | undefined {
  const line = lines[Math.min(at, lines.length - 1)];
  if (line === undefined) return undefined;
  const go = (place: number): Move => ({ kind: "go", place: Math.max(0, Math.min(lines.length - 1, place)) });
  const act: Move = { kind: "act", line };
  const isClosed = line.isOpen === false && line.text !== "0";
  if (key === "ArrowDown") return go(at + 1);
  if (key === "ArrowUp") return go(at - 1);
  if (key === "Home") return go(0);
  if (key === "End") return go(lines.length - 1);
  if (key === "ArrowRight") return isClosed ? act : go(line.isOpen === true ? at + 1 : at);
  if (key === "ArrowLeft") return line.isOpen === true ? act : go(outOf(lines, at));
  return key === "Enter" || key === " " ? act : undefined;
}

/** The branch that a line is in. */
const outOf = (lines: readonly TreeLine[], at: number): number =>
  lines.findLastIndex(({ depth }, place) => place < at && depth < (lines[at]?.depth ?? 0));
