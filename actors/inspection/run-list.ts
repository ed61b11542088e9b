/** Run list: the runs of a store, and the questions that wait in them. */
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import type { RunQuery, RunRow } from "../../src/contracts/inspection.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { RunSummary } from "../../src/contracts/report.ts";
import type { Timestamp } from "../../src/contracts/units.ts";
import { breath } from "../kernel/replay.ts";

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
  const text = search.trim().toLowerCase();
  const rows: RunRow[] = [];
  let last: Timestamp | undefined = before;
  for (let looked = 0; looked < LOOKED_THROUGH && rows.length < most; looked += PAGE) {
    const size = text === "" ? most : PAGE;
    const page = await store.runs({
      limit: size,
      ...(status === undefined ? {} : { status }),
      ...(last === undefined ? {} : { before: last }),
    });
    rows.push(...page.filter((summary) => matches(summary, text)));
    last = page.at(-1)?.createdAt;
    if (text === "" || page.length < size) break;
    await breath();
  }
  return rows.slice(0, most);
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
