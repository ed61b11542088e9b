/** Evidence: no reason without something a reader can look up. */
import type { Evaluator, Json, Score } from "../../../index.ts";
import type { Assessment } from "../analysis/fitness/verdict.ts";

type Judged = Partial<Assessment> & { readonly risk?: Assessment; readonly upkeep?: Assessment };

/** Passes an assessment, or a report with two of them, only if every reason cites evidence. */
export const citesEvidence: Evaluator = {
  name: "cites-evidence",
  evaluate: (output: Json): Score => {
    const { reasons, risk, upkeep } = (output ?? {}) as unknown as Judged;
    const all = [reasons, risk?.reasons, upkeep?.reasons].filter((list) => list !== undefined).flat();
    const bare = all.filter(({ evidence }) => evidence.length === 0 || evidence.some((one) => one.trim() === ""));
    if (all.length === 0) return { score: 0, findings: ["there is no reason at all"] };
    return {
      score: (all.length - bare.length) / all.length,
      findings: bare.map(({ text }) => `this reason cites nothing: ${text}`),
    };
  },
};
