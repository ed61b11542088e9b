/** Keeping: what takes time to make is made once, and told apart by its digest. */

/** How many drawings are kept. */
const KEPT = 40;

/** Makes each thing once: what was asked for least lately is forgotten. */
export function keeping<Thing>(most = KEPT): (key: string, make: () => Promise<Thing>) => Promise<Thing> {
  const things = new Map<string, Promise<Thing>>();
  return (key, make) => {
    const thing = things.get(key) ?? make();
    things.delete(key);
    things.set(key, thing);
    thing.catch(() => things.delete(key));
    for (const oldest of things.keys()) if (things.size > most) things.delete(oldest);
    return thing;
  };
}

/** FNV-1a, twice, and the length: enough to tell drawings of one page apart. */
export function digestOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let n = 0; n < text.length; n += 1) {
    const code = text.charCodeAt(n);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return `${text.length}.${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`;
}
