/** Review orchestrator: the review's agents, tools and rules put together over the public API. */
import { basename } from "node:path";
import { type BudgetConfig, createOrchestrator, type Orchestrator, type StorePort } from "../../../index.ts";
import { maintainer, sceptic } from "../agents/assessors.ts";
import { editor } from "../agents/editor.ts";
import { citesEvidence } from "../agents/evidence.ts";
import { clerk, librarian, surveyor, tester, watchman } from "../agents/gatherers.ts";
import { resolveVerdict } from "../agents/verdict-choice.ts";
import { reviewTools } from "../tools/review-tools.ts";
import { writeReportTool } from "../tools/write-report.ts";
import { openTree } from "../tree.ts";
import { ANSWER_MS, DEFAULT_BUDGET } from "./review-budget.ts";
import { reviewPlanner } from "./review-plan.ts";
import { reviewPolicy, type WriteConsent } from "./review-policy.ts";
import type { ReviewRequest } from "./review-request.ts";

/** The name of every review's run. */
export const REVIEW = "review";

export interface ReviewSetup extends WriteConsent {
  readonly request: ReviewRequest;
  readonly store: StorePort;
  readonly owner: string;
  readonly budget?: BudgetConfig;
}

/** @throws TreeError when the folder cannot be reviewed. */
export async function reviewOrchestrator(setup: ReviewSetup): Promise<Orchestrator> {
  const { request, store, owner, allowedBy, budget = {} } = setup;
  const { dir, out } = request;
  const own = [out, request.store, `${request.store}-wal`, `${request.store}-shm`];
  const tree = await openTree(dir, { omit: own });
  const tools = reviewTools(tree);
  const left = tree.omitted.filter((path) => !/-(?:wal|shm)$/.test(path));
  const notes = left.length === 0 ? [] : [`Left out, since this review writes it: ${left.join(", ")}.`];
  return createOrchestrator({
    name: REVIEW,
    agents: {
      surveyor: surveyor(tools),
      librarian: librarian(tools),
      watchman: watchman(tools),
      tester: tester(tools),
      clerk: clerk(tools),
      sceptic,
      maintainer,
      editor: editor(writeReportTool(out)),
    },
    planner: reviewPlanner(tree, { folder: tree.name, file: out, notes }),
    policy: reviewPolicy({ allowedBy }),
    budget: { ...DEFAULT_BUDGET, ...budget },
    validation: { evaluators: [citesEvidence] },
    conflicts: { resolve: resolveVerdict },
    approvals: { role: owner, expiresMs: ANSWER_MS, askAboutRun: false },
    retries: 1,
    // A new plan would ask the same agents the same things about the same tree.
    replans: 0,
    owner,
    store,
  });
}

export const objectiveOf = (dir: string): string => `Say whether ${basename(dir) || dir} is fit to depend on, and why.`;
