/** Editor: reads all that was found and said, makes the report of it, and asks to have it written. */
import { type Assignment, defineAgent } from "../../../index.ts";
import type { Assessment, FitnessVerdict } from "../analysis/fitness/verdict.ts";
import { renderReport } from "../report/report.ts";
import type { writeReportTool } from "../tools/write-report.ts";
import { citesEvidence } from "./evidence.ts";
import { factsFrom, type Gathered, gatheredFrom } from "./gathered.ts";
import { chooseVerdict, VERDICT_KEY } from "./verdict-choice.ts";

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

export const editor = (writeReport: ReturnType<typeof writeReportTool>) =>
  defineAgent({
    name: "editor",
    description: "Writes the report.",
    tools: [writeReport],
    reads: [VERDICT_KEY],
    requires: ["risk", "upkeep", "folder", "file", "notes"],
    evaluators: [citesEvidence],
    run: async ({ input, inputs }: Assignment, { read, tool }): Promise<ReviewResult> => {
      const { folder, file, notes } = input as unknown as EditorInput;
      const { risk, upkeep } = inputs as unknown as { readonly risk: Assessment; readonly upkeep: Assessment };
      const gathered = gatheredFrom(inputs);
      const resolution = chooseVerdict({ sceptic: risk.verdict, maintainer: upkeep.verdict });
      const standing = await read(VERDICT_KEY);
      if (standing?.value !== resolution.verdict)
        throw new Error(`"${VERDICT_KEY}" stands at ${JSON.stringify(standing?.value)}, not at ${resolution.verdict}`);
      const facts = factsFrom(folder, gathered);
      const content = renderReport({ facts, risk, upkeep, resolution, notes: [...notes, ...notesOn(gathered)] });
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
