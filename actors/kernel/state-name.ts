/** State name: what a state is called, from the value that a snapshot has for it. */

/** A state's name as people write it: `working.thinking`; regions of a parallel state are joined by `+`. */
export function stateName(value: unknown): string {
  if (typeof value === "string") return value;
  const known = names.get(value as object);
  if (known !== undefined) return known;
  const name = nameOf(value as object);
  names.set(value as object, name);
  return name;
}

/** A chart's snapshots share their state values. */
const names = new WeakMap<object, string>();

function nameOf(value: object): string {
  return Object.entries(value)
    .map(([parent, child]) => {
      const below = stateName(child);
      return below === "" ? parent : `${parent}.${below}`;
    })
    .join("+");
}
