/** Assessors: two agents without tools, who judge the same facts by different standards. */
import { type AgentContext, type Assignment, defineAgent, RuntimeError } from "../../../index.ts";
import { assessRisk } from "../analysis/fitness/risk.ts";
import { assessUpkeep } from "../analysis/fitness/upkeep.ts";
import type { Assessment, FitnessVerdict } from "../analysis/fitness/verdict.ts";
import { citesEvidence } from "./evidence.ts";
import { factsFrom, gatheredFrom } from "./gathered.ts";
import { VERDICT_KEY } from "./verdict-choice.ts";

export const sceptic = defineAgent({
  name: "sceptic",
  description: "Asks what could go wrong for whoever depends on this.",
  requires: ["folder"],
  writes: [VERDICT_KEY],
  evaluators: [citesEvidence],
  run: async (assignment, { write }): Promise<Assessment> => {
    const assessment = assessRisk(factsOf(assignment));
    await claim(write, assessment.verdict);
    return assessment;
  },
});

export const maintainer = defineAgent({
  name: "maintainer",
  description: "Asks whether somebody else could look after this.",
  requires: ["folder"],
  writes: [VERDICT_KEY],
  evaluators: [citesEvidence],
  run: async (assignment, { write }): Promise<Assessment> => {
    const assessment = assessUpkeep(factsOf(assignment));
    await claim(write, assessment.verdict);
    return assessment;
  },
});

const factsOf = ({ input, inputs }: Assignment) =>
  factsFrom((input as { readonly folder: string }).folder, gatheredFrom(inputs));

/** Writes only where nothing stands. If the other was first with another verdict, that is a conflict, and on record. */
async function claim(write: AgentContext["write"], verdict: FitnessVerdict): Promise<void> {
  try {
    await write(VERDICT_KEY, verdict, { expect: 0 });
  } catch (error) {
    if (!(error instanceof RuntimeError && error.code === "board.conflict")) throw error;
  }
}
