/** Layouts: ELK in a worker of its own, asked once for each drawing. */
import ELK, { type ElkNode } from "elkjs/lib/elk-api.js";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** The one script address that the page makes itself: the worker that stands beside it. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("bailiwick-worker", {
    createScriptURL: (asked) => (asked === url ? asked : ""),
  });
  return policy?.createScriptURL(url) ?? url;
}

let workerOf = (): Worker => new Worker(trusted(workerUrl));
let elk: InstanceType<typeof ELK> | undefined;

/** Lays out with another worker: a page that is one file has it in itself. */
export function layoutWith(factory: () => Worker): void {
  workerOf = factory;
  elk = undefined;
}

export const layout = (graph: ElkNode): Promise<ElkNode> => {
  elk ??= new ELK({ workerFactory: () => workerOf() });
  return elk.layout(graph);
};

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
