/** Review orchestrator: the review's agents, tools and rules put together over the public API. */
import { basename } from "node:path";
import { type BudgetConfig, createOrchestrator, type Orchestrator, type StorePort } from "../../../index.ts";
import { environmentSecrets } from "../../../src/adapters/environment-secrets.ts";
import { citesEvidence } from "../agents/evidence.ts";
import type { ModelAccess } from "../model/model-access.ts";
import { type Streaming, streaming } from "../model/streaming.ts";
import { reviewTools } from "../tools/review-tools.ts";
import { writeReportTool } from "../tools/write-report.ts";
import { openTree } from "../tree.ts";
import { ANSWER_MS, DEFAULT_BUDGET, MODEL_BUDGET } from "./review-budget.ts";
import { reviewPolicy, type WriteConsent } from "./review-policy.ts";
import type { ReviewRequest } from "./review-request.ts";
import { reviewTeam } from "./review-team.ts";

/** The name of every review's run. */
export const REVIEW = "review";

export interface ReviewSetup extends WriteConsent {
  readonly request: ReviewRequest;
  readonly store: StorePort;
  readonly owner: string;
  readonly budget?: BudgetConfig;
  /** The model that plans, judges and writes. Absent: rules do. */
  readonly access?: ModelAccess | undefined;
  readonly streaming?: Streaming | undefined;
}

/** @throws TreeError when the folder cannot be reviewed. */
export async function reviewOrchestrator(setup: ReviewSetup): Promise<Orchestrator> {
  const { request, store, owner, allowedBy, access, budget = {} } = setup;
  const { dir, out } = request;
  const own = [out, request.store, `${request.store}-wal`, `${request.store}-shm`];
  const tree = await openTree(dir, { omit: own });
  const tools = reviewTools(tree);
  const left = tree.omitted.filter((path) => !/-(?:wal|shm)$/.test(path));
  const notes = left.length === 0 ? [] : [`Left out, since this review writes it: ${left.join(", ")}.`];
  return createOrchestrator({
    name: REVIEW,
    ...reviewTeam({
      tree,
      tools,
      writeReport: writeReportTool(out),
      input: { folder: tree.name, file: out, notes },
      access,
      streaming: setup.streaming ?? streaming(() => {}),
    }),
    policy: reviewPolicy({ allowedBy }),
    budget: { ...(access === undefined ? DEFAULT_BUDGET : MODEL_BUDGET), ...budget },
    validation: { evaluators: [citesEvidence] },
    approvals: { role: owner, expiresMs: ANSWER_MS, askAboutRun: false },
    retries: 1,
    // A new plan would ask the same agents the same things about the same tree; a model may mend one that is none.
    replans: access === undefined ? 0 : 1,
    owner,
    store,
    // Whatever its variable is called: what names do not tell is known here.
    ...(access === undefined ? {} : { secrets: [...environmentSecrets(process.env), ...access.secrets] }),
  });
}

export const objectiveOf = (dir: string): string => `Say whether ${basename(dir) || dir} is fit to depend on, and why.`;
