/** Review team: who plans, gathers, judges and writes; with a model or without. */
import { type ModelUse, modelTool, type OrchestratorConfig } from "../../../index.ts";
import { maintainer, sceptic } from "../agents/assessors.ts";
import { type EditorInput, editor } from "../agents/editor.ts";
import { clerk, librarian, surveyor, tester, watchman } from "../agents/gatherers.ts";
import { resolveVerdict } from "../agents/verdict-choice.ts";
import type { ModelAccess } from "../model/model-access.ts";
import { modelAssessor, modelEditor, modelJudge } from "../model/model-agents.ts";
import { modelPlanner } from "../model/model-planner.ts";
import type { Streaming } from "../model/streaming.ts";
import type { reviewTools } from "../tools/review-tools.ts";
import type { writeReportTool } from "../tools/write-report.ts";
import type { Tree } from "../tree.ts";
import { isEmpty, reviewPlanner } from "./review-plan.ts";

type Team = Pick<OrchestratorConfig, "agents" | "planner" | "conflicts">;

export interface TeamPorts {
  readonly tree: Tree;
  readonly tools: ReturnType<typeof reviewTools>;
  readonly writeReport: ReturnType<typeof writeReportTool>;
  readonly input: EditorInput;
  /** Undefined: the review's own agents judge by rules. */
  readonly access: ModelAccess | undefined;
  readonly streaming: Streaming;
}

const gatherers = (tools: TeamPorts["tools"]) => ({
  surveyor: surveyor(tools),
  librarian: librarian(tools),
  watchman: watchman(tools),
  tester: tester(tools),
  clerk: clerk(tools),
});

export function reviewTeam(ports: TeamPorts): Team {
  const { tree, tools, writeReport, input, access } = ports;
  if (access !== undefined) return modelTeam(ports, access);
  return {
    agents: { ...gatherers(tools), sceptic, maintainer, editor: editor(writeReport) },
    planner: reviewPlanner(tree, input),
    conflicts: { resolve: resolveVerdict },
  };
}

function modelTeam({ tree, tools, writeReport, input, streaming }: TeamPorts, { model, prices }: ModelAccess): Team {
  const asked = modelTool(model, { name: "model", prices, onProgress: streaming.ofCall });
  const looking = [tools.readFile, tools.listFiles];
  const use: ModelUse = { model, prices, onProgress: streaming.of("planner") };
  return {
    agents: {
      ...gatherers(tools),
      sceptic: modelAssessor("risk", asked, looking),
      maintainer: modelAssessor("upkeep", asked, looking),
      judge: modelJudge(asked),
      editor: modelEditor(asked, looking, writeReport),
    },
    planner: modelPlanner(use, input, () => isEmpty(tree)),
    conflicts: {},
  };
}
