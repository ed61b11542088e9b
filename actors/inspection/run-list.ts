/** Run list: the runs of a store, and the questions that wait in them. */
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import type { RunQuery, RunRow } from "../../src/contracts/inspection.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { RunSummary } from "../../src/contracts/report.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import { breath } from "../kernel/pages.ts";

const DEFAULT = 50;
const MOST = 1_000;
const PAGE = 500;

/** Summaries looked through for one search. */
const LOOKED_THROUGH = 50_000;

/** Open questions are looked for in so many runs of each status. */
const OPEN_RUNS = 10_000;

/** Newest first. */
export async function runRows(
  store: StorePort,
  { status, search = "", before, limit = DEFAULT }: RunQuery,
): Promise<readonly RunRow[]> {
  const most = Math.max(1, Math.min(MOST, Math.floor(limit) || DEFAULT));
  const filter = status === undefined ? {} : { status };
  const text = search.trim().toLowerCase();
  if (text === "") return store.runs({ ...filter, ...(before === undefined ? {} : { before }), limit: most });
  const rows: RunRow[] = [];
  for await (const summary of summariesOf(store, filter, before)) {
    if (matches(summary, text)) rows.push(summary);
    if (rows.length === most) break;
  }
  return rows;
}

/** Page by page. Runs of one millisecond may lie on two pages: the next one begins with that millisecond again. */
async function* summariesOf(
  store: StorePort,
  filter: Pick<RunQuery, "status">,
  before: Timestamp | undefined,
): AsyncGenerator<RunSummary> {
  const told = new Set<RunId>();
  for (let next = before; told.size < LOOKED_THROUGH; ) {
    const page = await store.runs({ ...filter, ...(next === undefined ? {} : { before: next }), limit: PAGE });
    for (const summary of page) if (!told.has(summary.run)) yield summary;
    for (const { run } of page) told.add(run);
    const last = page.at(-1)?.createdAt;
    if (last === undefined || page.length < PAGE) return;
    // A page of one millisecond alone cannot be turned by time.
    next = last + 1 === next ? last : last + 1;
    await breath();
  }
}

const matches = ({ name, objective, run }: RunSummary, text: string): boolean =>
  text === "" || [name, objective, run].some((field) => field.toLowerCase().includes(text));

/** Oldest first. */
export async function openQuestions(store: StorePort): Promise<readonly ApprovalRequest[]> {
  const suspended = await store.runs({ status: "suspended", limit: OPEN_RUNS });
  const running = await store.runs({ status: "running", limit: OPEN_RUNS });
  return [...suspended, ...running]
    .flatMap(({ pendingApprovals }) => pendingApprovals)
    .toSorted((a, b) => a.askedAt - b.askedAt);
}
