/**
 * Record: a small table whose names come and go, as a value. Each function returns a copy.
 *
 * The copies have no prototype: V8 then keeps them as hash tables. Spread into an ordinary object, names that are new
 * each time cost a hidden class for every row of every copy, eight times the time at 64 rows.
 */

type Rows<Row> = { readonly [name: string]: Row };

/** With this row, in place of one of that name. */
export function withRow<Row>(rows: Rows<Row>, name: string, row: Row): Rows<Row> {
  const copy: Record<string, Row> = Object.create(null);
  for (const other of Object.keys(rows)) copy[other] = rows[other] as Row;
  copy[name] = row;
  return copy;
}

/** The list with one more, and without its oldest when it is longer than `most`. */
export function withLast<Item>(list: readonly Item[], item: Item, most: number): readonly Item[] {
  const copy = list.length < most ? list.slice() : list.slice(list.length - most + 1);
  copy.push(item);
  return copy;
}

/** What most tables of a run are most of the time. */
const EMPTY: Rows<never> = Object.freeze(Object.create(null));

export function withoutRow<Row>(rows: Rows<Row>, name: string): Rows<Row> {
  let copy: Record<string, Row> | undefined;
  for (const other of Object.keys(rows)) {
    if (other === name) continue;
    copy ??= Object.create(null) as Record<string, Row>;
    copy[other] = rows[other] as Row;
  }
  return copy ?? EMPTY;
}
