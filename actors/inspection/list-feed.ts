/** List feed: what changes in the list of runs and in the inbox, for one who watches. */
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import type { RunRow, StreamData } from "../../src/contracts/inspection.ts";
import type { ClockPort } from "../../src/contracts/ports.ts";
import type { Milliseconds } from "../../src/contracts/units.ts";

export interface ListFeedPorts {
  readonly clock: ClockPort;
  readonly runs: () => Promise<readonly RunRow[]>;
  readonly inbox: () => Promise<readonly ApprovalRequest[]>;
}

const DEFAULT_MS: Milliseconds = 1_000;
const LEAST_MS: Milliseconds = 100;

/** Tells at once how it stands, and then what has changed. Returns how to end it. */
export function listFeed(
  { clock, runs, inbox }: ListFeedPorts,
  told: (data: StreamData) => void,
  everyMs: Milliseconds = DEFAULT_MS,
): () => void {
  const known = new Map<RunId, string>();
  let asked: string | undefined;
  let cancel: (() => void) | undefined;
  let isOver = false;
  const look = async (): Promise<void> => {
    const rows = (await runs()).filter((row) => known.get(row.run) !== traceOf(row));
    for (const row of rows) known.set(row.run, traceOf(row));
    const questions = await inbox();
    const open = JSON.stringify(questions.map(({ id, digest, role, approvals }) => [id, digest, role, approvals]));
    if (isOver) return;
    if (rows.length > 0) told({ kind: "runs", rows });
    if (open !== asked) told({ kind: "inbox", questions });
    asked = open;
  };
  const tick = (): void => {
    void look()
      .catch(() => {})
      .finally(() => {
        if (!isOver) cancel = clock.at(clock.now() + Math.max(LEAST_MS, everyMs), tick, { background: true });
      });
  };
  cancel = clock.at(clock.now(), tick, { background: true });
  return () => {
    isOver = true;
    cancel?.();
  };
}

const traceOf = ({ head, status, state, updatedAt, pendingApprovals, progress }: RunRow): string =>
  JSON.stringify([head, status, state, updatedAt, pendingApprovals.length, progress]);
