/** Visits: how often each actor entered a state and took an edge, counted from some entry on. */
import type { ActorId } from "../../src/contracts/ids.ts";
import type { Seq } from "../../src/contracts/units.ts";
import type { TracedStep } from "../kernel/traced.ts";

type Counts = { [id: string]: number };

export class Visits {
  /** Nothing before this entry is counted. */
  readonly from: Seq;
  readonly #counts: Map<ActorId, Counts>;

  constructor(from: Seq, counts: Map<ActorId, Counts> = new Map()) {
    this.from = from;
    this.#counts = counts;
  }

  of(actor: ActorId): Readonly<Counts> {
    return this.#counts.get(actor) ?? {};
  }

  count({ actor, edges, entered }: TracedStep): void {
    const counts = this.#of(actor);
    for (const id of edges) counts[id] = (counts[id] ?? 0) + 1;
    for (const id of entered) counts[id] = (counts[id] ?? 0) + 1;
  }

  /** Actors that are gone are counted no longer. */
  keep(lives: (actor: ActorId) => boolean): void {
    for (const actor of this.#counts.keys()) if (!lives(actor)) this.#counts.delete(actor);
  }

  copy(): Visits {
    return new Visits(this.from, new Map([...this.#counts].map(([actor, counts]) => [actor, { ...counts }])));
  }

  #of(actor: ActorId): Counts {
    const known = this.#counts.get(actor);
    if (known !== undefined) return known;
    const counts: Counts = Object.create(null);
    this.#counts.set(actor, counts);
    return counts;
  }
}
