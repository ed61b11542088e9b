/** Tree of the actors of a moment, as rows: who started whom; those that have ended are folded into one row. */
import type { ActorNode } from "../../../../src/contracts/inspection.ts";
import { parentsOf } from "../nesting.ts";

export interface ActorRow {
  readonly kind: "actor";
  readonly id: string;
  readonly node: ActorNode;
  readonly depth: number;
  /** Where it is among its siblings. */
  readonly place: number;
  readonly of: number;
  readonly hasChildren: boolean;
  readonly isOpen: boolean;
  readonly parent?: string;
}

/** So many of one parent have ended. */
export interface EndedRow {
  readonly kind: "ended";
  readonly id: string;
  readonly depth: number;
  readonly place: number;
  readonly of: number;
  readonly count: number;
  readonly isOpen: boolean;
  readonly parent?: string;
}

export type TreeRow = ActorRow | EndedRow;

/** What a person has opened or closed beside the usual: ids of rows. */
export type Turned = ReadonlySet<string>;

const endedId = (parent: string): string => `ended of ${parent}`;

export function rowsOf(actors: readonly ActorNode[], turned: Turned): readonly TreeRow[] {
  const parents = parentsOf(actors.map(({ id, parent }) => ({ id, parent })));
  const inside = Map.groupBy(actors, ({ id }) => parents.get(id) ?? "");
  const isEnded = ({ id, status }: ActorNode): boolean =>
    status !== "active" && (inside.get(id) ?? []).every((one) => isEnded(one));
  const rows: TreeRow[] = [];
  const walk = (parent: string, depth: number): void => {
    const children = inside.get(parent) ?? [];
    const living = children.filter((one) => !isEnded(one));
    const ended = children.filter(isEnded);
    // One that has ended is shown as it is; of several, how many.
    const folds = ended.length > 1 && children.length > 2;
    const of = folds ? living.length + 1 : children.length;
    const above = parent === "" ? {} : { parent };
    const add = (node: ActorNode, place: number): void => {
      const hasChildren = inside.has(node.id);
      const isOpen = hasChildren && !turned.has(node.id);
      rows.push({ kind: "actor", id: node.id, node, depth, place, of, hasChildren, isOpen, ...above });
      if (isOpen) walk(node.id, depth + 1);
    };
    for (const [n, node] of (folds ? living : children).entries()) add(node, n + 1);
    if (!folds) return;
    const id = endedId(parent);
    const isOpen = turned.has(id);
    rows.push({ kind: "ended", id, depth, place: of, of, count: ended.length, isOpen, ...above });
    if (isOpen) for (const [n, node] of ended.entries()) add(node, n + 1);
  };
  walk("", 0);
  return rows;
}

/** What a key asks of a tree: another row, or a row turned. */
export type TreeMove =
  | { readonly kind: "go"; readonly id: string }
  | { readonly kind: "turn"; readonly id: string }
  | { readonly kind: "stay" };

export function moved(rows: readonly TreeRow[], at: string | undefined, key: string): TreeMove {
  const n = rows.findIndex(({ id }) => id === at);
  const row = rows[n];
  const to = (place: number): TreeMove => {
    const id = rows[Math.max(0, Math.min(rows.length - 1, place))]?.id;
    return id === undefined ? { kind: "stay" } : { kind: "go", id };
  };
  if (row === undefined) return to(0);
  const canTurn = row.kind === "ended" || row.hasChildren;
  if (key === "ArrowDown") return to(n + 1);
  if (key === "ArrowUp") return to(n - 1);
  if (key === "PageDown") return to(n + 15);
  if (key === "PageUp") return to(n - 15);
  if (key === "Home") return to(0);
  if (key === "End") return to(rows.length - 1);
  if (key === "ArrowRight") return !canTurn ? { kind: "stay" } : row.isOpen ? to(n + 1) : { kind: "turn", id: row.id };
  if (key === "ArrowLeft") {
    if (canTurn && row.isOpen) return { kind: "turn", id: row.id };
    return row.parent === undefined ? { kind: "stay" } : { kind: "go", id: row.parent };
  }
  return { kind: "stay" };
}
