/** Known review: what the journal says of a review that was begun before. */
import { type Orchestrator, type RunReport, RuntimeError, type StorePort } from "../../../index.ts";
import { UsageError } from "../../complaint.ts";
import { findRun } from "../../run-name.ts";
import { REVIEW } from "./review-orchestrator.ts";
import { type ReviewRequest, requestIn } from "./review-request.ts";

export interface KnownReview {
  readonly run: string;
  readonly request: ReviewRequest;
  /** Only of a review that is over: there is nothing to go on with. */
  readonly ended?: RunReport;
}

export async function knownReview(name: string, orchestrator: Orchestrator, store: StorePort): Promise<KnownReview> {
  const { run, name: kind, status } = await findRun(store, name);
  const request = kind === REVIEW ? await requestOf(run, orchestrator) : undefined;
  if (request === undefined)
    throw new UsageError(`run ${run} is no review; resume it with the application that started it`);
  const isOver = status === "completed" || status === "failed" || status === "cancelled";
  return { run, request, ...(isOver ? { ended: await orchestrator.run(run).report() } : {}) };
}

async function requestOf(run: string, orchestrator: Orchestrator): Promise<ReviewRequest | undefined> {
  for await (const { event } of orchestrator.run(run).events()) return requestIn(event["input"]);
  throw new RuntimeError("journal.corrupt", `run ${run} has no entries; check it with "bailiwick verify ${run}"`);
}
