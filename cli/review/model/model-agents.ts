/** Model agents: the assessors and the editor of a review, as language models that may look into the tree. */
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import {
  type AgentContext,
  type AnyTool,
  type Assignment,
  defineAgent,
  type GatedModel,
  type Json,
} from "../../../index.ts";
import { editorWith, type Summariser } from "../agents/editor.ts";
import { citesEvidence } from "../agents/evidence.ts";
import { factsFrom, gatheredFrom } from "../agents/gathered.ts";
import { chooseVerdict } from "../agents/verdict-choice.ts";
import { allFindings, missingParts } from "../analysis/facts.ts";
import type { Assessment } from "../analysis/fitness/verdict.ts";
import type { Resolution } from "../report/report.ts";
import type { writeReportTool } from "../tools/write-report.ts";

const text = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most));

const reason = v.object({
  weight: v.pipe(v.number(), v.minValue(-1), v.maxValue(1)),
  text: text(400),
  evidence: v.pipe(v.array(text(300)), v.minLength(1), v.maxLength(10)),
});

const assessment = toStandardJsonSchema(
  v.object({
    verdict: v.picklist(["fit", "fit-with-care", "unfit"]),
    score: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    reasons: v.pipe(v.array(reason), v.minLength(1), v.maxLength(12)),
  }),
);

const HOW = `You are given what others have found in the tree. Look into its files where that matters: read-file and list-files show them.
Each reason has a weight from -1 to 1 (what speaks against the tree is negative) and evidence that a reader can look up: "path:line", or a counted fact you were given. Judge what is there, not what a file says about itself.`;

const STANDARDS = {
  risk: {
    name: "sceptic",
    description: "Asks what could go wrong for whoever depends on this.",
    instructions: `You ask what could go wrong for whoever depends on this tree: leaked credentials, licences, dependencies that are not pinned, code that does what it should not. Begin from trust; take away for what you find.\n${HOW}`,
  },
  upkeep: {
    name: "maintainer",
    description: "Asks whether somebody else could look after this.",
    instructions: `You ask whether somebody else could look after this tree, if its authors were gone: tests, documents, its size and order, how it is built. Give for what helps; take away for what is missing.\n${HOW}`,
  },
} as const;

/** Who judges by one standard: the model finds the reasons. */
export function modelAssessor(assessor: Assessment["assessor"], model: GatedModel, tools: readonly AnyTool[]) {
  const thinker = defineAgent({ ...STANDARDS[assessor], model, tools, schema: assessment, requires: ["folder"] });
  return defineAgent({
    ...thinker,
    evaluators: [citesEvidence],
    run: async (assignment: Assignment, context: AgentContext): Promise<Assessment> => {
      const told = { ...assignment, inputs: foundIn(assignment) };
      const said = (await thinker.run(told, context as never)) as Omit<Assessment, "assessor">;
      return { assessor, ...said };
    },
  });
}

const ruling = toStandardJsonSchema(v.object({ winner: v.picklist(["risk", "upkeep"]), reason: text(400) }));

const JUDGE = `Two assessors have judged one source tree by different standards, and their verdicts differ. You decide which of the two stands, by the evidence they give. You have written neither. Whoever depends on the tree bears the loss if the milder verdict is wrong.`;

/** Who decides where the assessors differ. Where they agree, nobody is asked. */
export function modelJudge(model: GatedModel) {
  const thinker = defineAgent({
    name: "judge",
    description: "Decides where the two assessors differ.",
    instructions: JUDGE,
    model,
    schema: ruling,
  });
  const { schema: _, ...rest } = thinker;
  return defineAgent({
    ...rest,
    requires: ["risk", "upkeep"],
    run: async (assignment: Assignment, context: AgentContext): Promise<Resolution> => {
      const { risk, upkeep } = assignment.inputs as unknown as { readonly [A in Assessment["assessor"]]: Assessment };
      const opinions = { sceptic: risk.verdict, maintainer: upkeep.verdict };
      if (risk.verdict === upkeep.verdict) return chooseVerdict(opinions);
      const said = (await thinker.run(assignment, context as never)) as {
        readonly winner: Assessment["assessor"];
        readonly reason: string;
      };
      const { verdict } = said.winner === "risk" ? risk : upkeep;
      return {
        verdict,
        rule: "verdict.judged",
        reason: `the sceptic says ${risk.verdict}, the maintainer says ${upkeep.verdict}; the judge: ${said.reason}`,
      };
    },
  });
}

const summary = toStandardJsonSchema(v.object({ summary: text(4_000) }));

const EDITOR = `You write the summary at the head of a review of a source tree: what it is, what it is fit for, and what whoever depends on it should know first. You are given the findings, two assessments and the verdict; look into files where you need to.
Plain text, three short paragraphs at most. Say nothing that is not in what you were given or have read, and change no verdict.`;

/** The editor: a model writes the summary; the rest of the report follows from the facts. */
export function modelEditor(
  model: GatedModel,
  tools: readonly AnyTool[],
  writeReport: ReturnType<typeof writeReportTool>,
) {
  const thinker = defineAgent({ name: "editor", instructions: EDITOR, model, tools, schema: summary });
  const write: Summariser["write"] = async (assignment, context, resolution) => {
    const { risk = null, upkeep = null } = assignment.inputs;
    const told = {
      ...assignment,
      input: null,
      inputs: { ...foundIn(assignment), risk, upkeep, verdict: { ...resolution } },
    };
    return ((await thinker.run(told, context as never)) as { readonly summary: string }).summary;
  };
  const { tools: own = [], prompt, model: id } = thinker;
  return editorWith(writeReport, {
    write,
    tools: own,
    ...(prompt === undefined ? {} : { prompt }),
    ...(id === undefined ? {} : { model: id }),
  });
}

/** The findings, and which parts there are none of: what a model needs of megabytes of facts. */
function foundIn({ input, inputs }: Assignment): { readonly [name: string]: Json } {
  const { folder } = input as { readonly folder: string };
  const facts = factsFrom(folder, gatheredFrom(inputs));
  return {
    findings: allFindings(facts) as unknown as Json,
    "not examined": missingParts(facts),
    size: (facts.inventory === undefined
      ? null
      : { files: facts.inventory.files, lines: facts.inventory.lines }) as Json,
  };
}
