/** Asked twice: a judgement of no use is asked for once more, under a key of its own, and then there is none. */
import type { Json } from "../../src/contracts/json.ts";
import type { EffectContext, Estimate } from "../../src/contracts/tools.ts";
import { type Asked, type ModelUse, question, type Said, worstCase } from "./question.ts";

/** What a judgement can cost is held for so many times. */
export const MOST_ASKED = 2;

/** What `read` makes of the answer, and what all answers cost. */
export async function asTold<Read>(
  use: ModelUse,
  asked: Asked,
  context: EffectContext,
  read: (value: Json) => Read | undefined,
): Promise<Estimate & { readonly read?: Read }> {
  let spent: Estimate = { costUsd: 0, tokens: 0 };
  let words = asked.words;
  for (let n = 1; n <= MOST_ASKED; n++) {
    const said = await question(use, { ...asked, words }, numbered(context, n));
    spent = sum(spent, costOf(use, said));
    const done = said.kind === "json" ? read(said.value) : undefined;
    if (done !== undefined) return { ...spent, read: done };
    words = [...asked.words, "Your last answer was not of the shape that is asked for."];
  }
  return spent;
}

/** What does not say what it cost has cost what it may cost. */
const costOf = (use: ModelUse, { costUsd, tokens }: Said): Estimate =>
  costUsd === undefined && tokens === undefined ? worstCase(use) : { costUsd: costUsd ?? 0, tokens: tokens ?? 0 };

const sum = (one: Estimate, other: Estimate): Estimate => ({
  costUsd: (one.costUsd ?? 0) + (other.costUsd ?? 0),
  tokens: (one.tokens ?? 0) + (other.tokens ?? 0),
});

const numbered = (context: EffectContext, n: number): EffectContext => ({
  idempotencyKey: `${context.idempotencyKey}/${n}`,
  wait: (ms) => context.wait(ms),
  get signal() {
    return context.signal;
  },
});
