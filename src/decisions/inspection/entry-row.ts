/** Entry row: an entry as one line of a list. */
import { ORCHESTRATOR } from "../../contracts/ids.ts";
import type { EntryRow } from "../../contracts/inspection.ts";
import type { JournalEntry } from "../../contracts/journal.ts";
import { summaryOf } from "../explain.ts";
import { visible } from "../visible.ts";
import { marksOf } from "./entry-notes.ts";

const SUMMARY = 200;

/** The orchestrator's state after an entry, if the entry moved it. */
export function stateAfter({ moved }: JournalEntry): string | undefined {
  let state: string | undefined;
  for (const { actor, path } of moved) if (actor === ORCHESTRATOR) state = path.at(-1);
  return state;
}

const stateBefore = ({ moved }: JournalEntry): string | undefined =>
  moved.find(({ actor }) => actor === ORCHESTRATOR)?.path[0];

export function rowOf(entry: JournalEntry, state: string): EntryRow {
  const { seq, at, kind, to, event } = entry;
  const text = visible(summaryOf(entry));
  return {
    seq,
    at,
    kind,
    to,
    event: event.type,
    summary: text.length > SUMMARY ? `${text.slice(0, SUMMARY - 1).toWellFormed()}…` : text,
    state,
    marks: marksOf(entry),
  };
}

/** A stretch of entries as rows. `after` is the orchestrator's state at its end. */
export function rowsOf(entries: readonly JournalEntry[], after: string): readonly EntryRow[] {
  const rows: EntryRow[] = [];
  let state = after;
  for (const entry of entries.toReversed()) {
    rows.push(rowOf(entry, state));
    state = stateBefore(entry) ?? state;
  }
  return rows.reverse();
}
