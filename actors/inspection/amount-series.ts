/** Amount series: what a run had spent and held, over its journal. Thinned out as the journal grows, so that it stays small. */
import type { Seq } from "../../src/contracts/units.ts";
import { NOTHING } from "../../src/decisions/budget.ts";
import type { Amounts } from "../../src/decisions/inspection/overview.ts";
import type { RunState } from "../../src/decisions/run-state.ts";

/** Kept at most; then every other one goes. */
const MOST = 4_096;

export class AmountSeries {
  #amounts: Amounts[] = [];
  #stride = 1;

  /** Whether the amounts after this entry are noted. */
  isDue(seq: Seq): boolean {
    return seq % this.#stride === 0;
  }

  /** Notes the amounts after an entry; those of entries that come in between others are put in their place. */
  add(seq: Seq, run: RunState): void {
    if (!this.isDue(seq)) return;
    const last = this.#amounts.at(-1);
    if (last === undefined || last.seq < seq) this.#amounts.push(amountsOf(seq, run));
    else this.#insert(seq, run);
    if (this.#amounts.length <= MOST) return;
    this.#stride *= 2;
    this.#amounts = this.#amounts.filter((one) => this.isDue(one.seq));
  }

  #insert(seq: Seq, run: RunState): void {
    const place = this.#placeOf(seq);
    if (this.#amounts[place - 1]?.seq !== seq) this.#amounts.splice(place, 0, amountsOf(seq, run));
  }

  /** The last that are known at or before an entry. */
  at(seq: Seq): Amounts {
    return this.#amounts[this.#placeOf(seq) - 1] ?? NONE;
  }

  /** How many are at or before an entry. */
  #placeOf(seq: Seq): number {
    let [low, high] = [0, this.#amounts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#amounts[middle]?.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NONE: Amounts = { seq: 0, spent: NOTHING, held: NOTHING };

function amountsOf(seq: Seq, run: RunState): Amounts {
  const { ledger, spending } = run;
  const { held, actual } = spending;
  const efficiency = {
    ...(held.costMicroUsd > 0 ? { costMicroUsd: actual.costMicroUsd / held.costMicroUsd } : {}),
    ...(held.tokens > 0 ? { tokens: actual.tokens / held.tokens } : {}),
  };
  return {
    seq,
    spent: ledger.spent,
    held: ledger.reserved,
    ...(Object.keys(efficiency).length === 0 ? {} : { efficiency }),
  };
}
