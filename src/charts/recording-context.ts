/** Recording context: a machine's context as a guard sees it, that remembers what was looked at and lets nothing be changed. */

export interface Read {
  readonly path: string;
  readonly value: unknown;
}

/** A guard over a large context looks at thousands of values; beyond these it goes on unrecorded. */
const MOST_READS = 2_000;

/** Of those, so many are told. */
const TOLD = 20;

export class Recording {
  readonly context: unknown;
  readonly #reads = new Map<string, unknown>();
  /** One for each object, so that two looks at one object are equal. */
  readonly #proxies = new WeakMap<object, object>();

  constructor(context: unknown) {
    this.context = this.#wrapped(context, []);
  }

  /** What was looked at, in that order; of an object and its parts, the parts. */
  get reads(): readonly Read[] {
    const paths = [...this.#reads.keys()];
    const inside = new Set(paths.flatMap(beginningsOf));
    return [...this.#reads]
      .filter(([path]) => !inside.has(path))
      .slice(0, TOLD)
      .map(([path, value]) => ({ path, value }));
  }

  #note(path: readonly string[], value: unknown): void {
    if (this.#reads.size < MOST_READS) this.#reads.set(path.join("."), value);
  }

  #wrapped(value: unknown, path: readonly string[]): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (!isPlain(value)) return copied(value);
    const known = this.#proxies.get(value);
    if (known !== undefined) return known;
    const proxy = new Proxy(Array.isArray(value) ? [] : {}, this.#traps(value, path));
    this.#proxies.set(value, proxy);
    return proxy;
  }

  /** Over an empty stand-in: a proxy of a frozen object may not answer with anything but the object's own parts. */
  #traps(value: object, path: readonly string[]): ProxyHandler<object> {
    const look = (key: string | symbol): unknown => {
      const found: unknown = Reflect.get(value, key);
      if (typeof key === "symbol" || typeof found === "function") return found;
      this.#note([...path, key], found);
      return this.#wrapped(found, [...path, key]);
    };
    return {
      get: (_, key) => look(key),
      has: (_, key) => {
        if (typeof key === "string") this.#note([...path, key], Reflect.get(value, key));
        return Reflect.has(value, key);
      },
      ownKeys: () => Reflect.ownKeys(value),
      getPrototypeOf: () => Reflect.getPrototypeOf(value),
      getOwnPropertyDescriptor: (_, key) => {
        const own = Reflect.getOwnPropertyDescriptor(value, key);
        if (own === undefined) return undefined;
        const isLength = Array.isArray(value) && key === "length";
        return { value: look(key), writable: true, enumerable: own.enumerable ?? false, configurable: !isLength };
      },
      set: () => false,
      defineProperty: () => false,
      deleteProperty: () => false,
      setPrototypeOf: () => false,
      preventExtensions: () => false,
    };
  }
}

const beginningsOf = (path: string): readonly string[] => {
  const keys = path.split(".");
  return keys.slice(1).map((_, n) => keys.slice(0, n + 1).join("."));
};

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A Map, a Date … has methods that want the real one. What cannot be copied, such as an actor, is given as it is not. */
function copied(value: object): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}
