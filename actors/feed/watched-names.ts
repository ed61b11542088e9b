/** Watched names: what the actors of an application are called here. Theirs by name; of one name, by number. */
import type { ActorId } from "../../src/contracts/ids.ts";

const MOST = 80;

/** Fit to stand in an address, and as a key: never empty, never `..`, never `__proto__`. */
export function addressable(name: string): string {
  const short = name.slice(0, MOST).toWellFormed();
  return /^(?:\.*|__proto__)$/.test(short) ? `(${short})` : short;
}

export class WatchedNames {
  readonly #bySession = new Map<string, ActorId>();
  readonly #given = new Set<ActorId>();
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#bySession.size;
  }

  of(session: string): ActorId | undefined {
    return this.#bySession.get(session);
  }

  give(session: string, name: string): ActorId {
    const plain = addressable(name);
    let id: ActorId;
    do {
      const count = (this.#counts.get(plain) ?? 0) + 1;
      this.#counts.set(plain, count);
      id = count === 1 ? plain : `${plain} ${count}`;
    } while (this.#given.has(id));
    this.#given.add(id);
    this.#bySession.set(session, id);
    return id;
  }
}
