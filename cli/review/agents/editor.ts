/** Editor: reads all that was found and said, makes the report of it, and asks to have it written. */
import { type AgentContext, type AnyTool, type Assignment, defineAgent, type FunctionAgent } from "../../../index.ts";
import type { Assessment, FitnessVerdict } from "../analysis/fitness/verdict.ts";
import { type Resolution, renderReport } from "../report/report.ts";
import type { writeReportTool } from "../tools/write-report.ts";
import { citesEvidence } from "./evidence.ts";
import { factsFrom, type Gathered, gatheredFrom } from "./gathered.ts";
import { chooseVerdict, type Opinions, VERDICT_KEY } from "./verdict-choice.ts";

/** What the review comes to: the run's output. */
export interface ReviewResult {
  readonly name: string;
  readonly verdict: FitnessVerdict;
  readonly rule: string;
  readonly reason: string;
  readonly risk: Assessment;
  readonly upkeep: Assessment;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What the plan tells the editor. */
export interface EditorInput {
  readonly folder: string;
  readonly file: string;
  readonly notes: readonly string[];
}

type WriteReport = ReturnType<typeof writeReportTool>;

/** A model that writes the summary: its tools, its words, and how it is asked. */
export interface Summariser extends Pick<FunctionAgent, "model" | "prompt"> {
  readonly tools: readonly AnyTool[];
  readonly write: (assignment: Assignment, context: AgentContext, resolution: Resolution) => Promise<string>;
}

/** How the two opinions became one: as the judge says, where there is one, or by the rule for the run's conflicts. */
async function resolutionOf(
  { inputs }: Assignment,
  opinions: Opinions,
  read: AgentContext["read"],
): Promise<Resolution> {
  if (inputs["verdict"] !== undefined) return inputs["verdict"] as unknown as Resolution;
  const chosen = chooseVerdict(opinions);
  const standing = await read(VERDICT_KEY);
  if (standing?.value !== chosen.verdict)
    throw new Error(`"${VERDICT_KEY}" stands at ${JSON.stringify(standing?.value)}, not at ${chosen.verdict}`);
  return chosen;
}

export const editor = (writeReport: WriteReport) => editorWith(writeReport);

export const editorWith = (writeReport: WriteReport, summariser?: Summariser) =>
  defineAgent({
    name: "editor",
    description: "Writes the report.",
    tools: [writeReport, ...(summariser?.tools ?? [])] as unknown as readonly [WriteReport],
    ...(summariser?.prompt === undefined ? {} : { prompt: summariser.prompt }),
    ...(summariser?.model === undefined ? {} : { model: summariser.model }),
    reads: [VERDICT_KEY],
    requires: ["risk", "upkeep", "folder", "file", "notes"],
    evaluators: [citesEvidence],
    run: async (assignment: Assignment, context): Promise<ReviewResult> => {
      const { input, inputs } = assignment;
      const { read, tool } = context;
      const { folder, file, notes } = input as unknown as EditorInput;
      const { risk, upkeep } = inputs as unknown as { readonly risk: Assessment; readonly upkeep: Assessment };
      const gathered = gatheredFrom(inputs);
      const opinions = { sceptic: risk.verdict, maintainer: upkeep.verdict };
      const resolution = await resolutionOf(assignment, opinions, read);
      const facts = factsFrom(folder, gathered);
      const summary =
        summariser === undefined ? {} : { summary: await summariser.write(assignment, context, resolution) };
      const all = [...notes, ...notesOn(gathered)];
      const content = renderReport({ facts, risk, upkeep, resolution, notes: all, ...summary });
      const rationale = `${resolution.verdict}: ${resolution.reason}`;
      const { bytes, sha256 } = await tool("write-report", { file, content }, { rationale });
      return { name: facts.name, ...resolution, risk, upkeep, file, bytes, sha256 };
    },
  });

function notesOn({ packages, secrets }: Gathered): readonly string[] {
  const failed = packages?.failed ?? [];
  const places = secrets?.looked.map(({ path, from }) => `${path} from line ${from}`) ?? [];
  return [
    ...(failed.length === 0 ? [] : [`Reading failed for: ${failed.join(", ")}.`]),
    ...(places.length === 0 ? [] : [`Places of likely secrets that were looked at: ${places.join(", ")}.`]),
  ];
}
