/**
 * Keyframes: places in a journal from which a moment is quickly reached. Spread over it, and some where somebody looked
 * last; bounded, however long the journal is.
 */
import type { Taken } from "../../src/contracts/inspection.ts";
import type { Seq } from "../../src/contracts/units.ts";
import type { Branch } from "../kernel/branch.ts";
import type { Visits } from "./visits.ts";

export interface Keyframe {
  readonly branch: Branch;
  readonly visits: Visits;
  readonly taken?: readonly Taken[];
}

/** Spread over the journal. */
const SPREAD = 128;
/** Where somebody looked. */
const RECENT = 8;
const FIRST_STRIDE = 64;

export class Keyframes {
  #spread: Keyframe[] = [];
  #recent: Keyframe[] = [];
  #stride = FIRST_STRIDE;
  #last: Seq = 0;

  /** Whether one is due at this entry. */
  isDue(seq: Seq): boolean {
    return seq % this.#stride === 0;
  }

  keep(keyframe: Keyframe): void {
    const { seq } = keyframe.branch.head;
    // They come in order, mostly, and then there is no other one to be found.
    const isLast = seq > this.#last;
    if (!isLast && this.#spread.some(({ branch }) => branch.head.seq === seq)) return;
    if (isLast) this.#last = seq;
    this.#spread.push(keyframe);
    if (this.#spread.length <= SPREAD) return;
    this.#stride *= 2;
    this.#spread = this.#spread.filter(({ branch }) => this.isDue(branch.head.seq));
  }

  /** Whoever looks at one place often looks at the next one then. */
  remember(keyframe: Keyframe): void {
    const { seq } = keyframe.branch.head;
    const others = this.#recent.filter(({ branch }) => branch.head.seq !== seq);
    this.#recent = [...others.slice(1 - RECENT), keyframe];
  }

  /** The last one at or before an entry; of two at one place, the one that has counted longer. */
  before(seq: Seq): Keyframe | undefined {
    let best: Keyframe | undefined;
    for (const keyframe of [...this.#spread, ...this.#recent]) {
      const { head } = keyframe.branch;
      if (head.seq > seq) continue;
      const ahead = head.seq - (best?.branch.head.seq ?? -1);
      if (ahead > 0 || (ahead === 0 && keyframe.visits.from < (best?.visits.from ?? 0))) best = keyframe;
    }
    return best;
  }
}
