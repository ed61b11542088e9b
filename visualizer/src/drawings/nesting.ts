/** Nesting: what stands in what. */

interface Nested {
  readonly id: string;
  readonly parent: string | undefined;
}

/** The parent of each that has one which is there. What stands in itself by way of others stands in nothing. */
export function parentsOf(things: readonly Nested[]): ReadonlyMap<string, string> {
  const said = new Map(things.map(({ id, parent }) => [id, parent]));
  const isInItself = (id: string): boolean => {
    const seen = new Set<string>();
    for (let at: string | undefined = id; at !== undefined; at = said.get(at)) {
      if (seen.has(at)) return true;
      seen.add(at);
    }
    return false;
  };
  return new Map(
    things.flatMap(({ id, parent }) =>
      parent === undefined || !said.has(parent) || isInItself(id) ? [] : [[id, parent]],
    ),
  );
}
