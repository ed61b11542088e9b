/**
 * Rows of what is bound, where it is too long to be in the document at once.
 *
 * B1  All of it is in the rows, in its order: paths, lines, and how much of a value is not shown.
 */
import type { RenderedValue } from "../../../src/decisions/rendering.ts";
import { plural } from "./format.ts";

export interface SubjectRow {
  readonly path?: string;
  readonly text?: string;
  /** Of ours, about the value above. */
  readonly note?: string;
}

/** Characters of one row; a longer line goes on in the next. */
const COLUMNS = 100;
/** A longer path has a row of its own. */
const PATH = 28;

/** No character of two halves is broken. */
const PIECE = new RegExp(`.{1,${COLUMNS}}`, "gsu");
const pieces = (line: string): readonly string[] => (line.length <= COLUMNS ? [line] : (line.match(PIECE) ?? [line]));

export function rowsOf({ path, lines, of, hidden }: RenderedValue): readonly SubjectRow[] {
  const all = lines.flatMap(pieces);
  const [only] = all;
  if (all.length === 1 && only !== undefined && hidden === 0 && path.length <= PATH) return [{ path, text: only }];
  return [
    { path, ...(of > 1 ? { note: plural(of, "line") } : {}) },
    ...all.map((text) => ({ text })),
    ...(hidden === 0 ? [] : [{ note: `… ${plural(hidden, "byte")} not shown` }]),
  ];
}
