/**
 * Watched reasons: what did an entry change, and what came before it that made it happen?
 *
 * Z1  The chain goes from what the sender of an entry was doing back to what the application itself sent, or is not kept.
 * Z2  Differences are bounded in number; each names the field that differs, not the object around it.
 */
import type { Difference, EntryRow, Why } from "../contracts/inspection.ts";
import type { Json } from "../contracts/json.ts";
import type { Seq } from "../contracts/units.ts";
import { changesBetween } from "./change.ts";
import type { WatchedEntry, WatchedState } from "./watched-state.ts";
import { parsed, worldOf } from "./watched-view.ts";

const MOST_CHANGES = 500;
const MOST_CAUSES = 50;

interface At {
  readonly seq: Seq;
  readonly state: WatchedState;
}

export function differenceOf(from: At, to: At): Difference {
  const [before, after] = [worldOf(from.state), worldOf(to.state)];
  const changes = changesBetween(before, after).slice(0, MOST_CHANGES);
  return {
    from: from.seq,
    to: to.seq,
    changes: changes.map(({ path, at, value }) => ({
      path,
      ...present("before", at.reduce<Json | undefined>(field, before)),
      ...present("after", value),
    })),
  };
}

const present = (name: "before" | "after", value: Json | undefined): { readonly [name in typeof name]?: Json } =>
  value === undefined ? {} : { [name]: value };

const field = (value: Json | undefined, key: string | number): Json | undefined =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as { readonly [key: string]: Json })[key]
    : undefined;

export interface Asked {
  readonly rows: readonly EntryRow[];
  readonly entries: readonly WatchedEntry[];
  readonly seq: Seq;
  readonly objective: string;
}

/** Undefined: the entry is not kept. */
export function whyOf({ rows, entries, seq, objective }: Asked): Omit<Why, "changes"> | undefined {
  const first = entries[0]?.seq ?? 1;
  const [entry, row] = [entries[seq - first], rows[seq - first]];
  if (entry === undefined || row === undefined) return undefined;
  const because: Why["because"][number][] = [];
  for (let of = entry.cause; of !== undefined && because.length < MOST_CAUSES; of = entries[of - first]?.cause) {
    const cause = rows[of - first];
    if (cause !== undefined) because.push({ seq: cause.seq, kind: cause.kind, why: cause.summary });
  }
  const { actor, source, event } = entry;
  const shown = { actor, ...(source === undefined ? {} : { source }), event: parsed(event.text) };
  return { seq, summary: row.summary, rulings: [], because, objective, entry: shown };
}
