/** All runs of the store: thousands, newest first, as they change. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import type { RunQuery, RunRow } from "../../../src/contracts/inspection.ts";
import type { RunStatus } from "../../../src/contracts/report.ts";
import { Empty } from "../parts/empty.tsx";
import { Glyph } from "../parts/glyph.tsx";
import { Failed, reasonOf, Skeleton } from "../parts/loaded.tsx";
import { Virtual, type VirtualHandle } from "../parts/virtual.tsx";
import { useKeys } from "../session/keys.ts";
import { useNarrow, useNow } from "../session/media.ts";
import { type Page, usePage, useStanding, useStore } from "../session/page.ts";
import { plural } from "../state/format.ts";
import { RUNS_PAGE } from "../state/runs.ts";
import { statusLooks } from "../state/tone.ts";
import { RunLine } from "./run-line.tsx";

const STATUSES: readonly RunStatus[] = ["running", "suspended", "completed", "failed", "cancelled"];

async function ask({ source, runs }: Page, query: RunQuery): Promise<void> {
  if (query.before === undefined) runs.dispatch({ kind: "ask", query });
  try {
    const rows = await source.runs({ ...query, limit: RUNS_PAGE });
    runs.dispatch({ kind: "page", query, rows });
  } catch (error) {
    runs.dispatch({ kind: "failed", reason: reasonOf(error) });
  }
}

export function RunsView() {
  const page = usePage();
  const { rows, query, isWhole, failure } = useStore(page.runs);
  const [search, setSearch] = useState(query.search ?? "");
  const [status, setStatus] = useState(query.status);
  const field = useRef<HTMLInputElement>(null);
  const connection = useStanding()?.connection.kind;

  const again = useEffectEvent(() =>
    ask(page, {
      ...(status === undefined ? {} : { status }),
      ...(search.trim() === "" ? {} : { search: search.trim() }),
    }),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the connection is back
  useEffect(() => {
    const timer = setTimeout(() => void again(), search === "" ? 0 : 150);
    return () => clearTimeout(timer);
  }, [search, status, connection]);
  useKeys({ "/": () => field.current?.focus() });

  return (
    <div className="runs" data-panel="runs">
      <div className="runs-head">
        <h1>Runs</h1>
        <label className="search">
          <Glyph name="search" />
          <span className="unseen">Search name, objective or id</span>
          <input
            ref={field}
            type="search"
            placeholder="Search name, objective or id"
            value={search}
            onChange={({ target }) => setSearch(target.value)}
          />
          <kbd>/</kbd>
        </label>
        <StatusFilter status={status} onStatus={setStatus} />
        <span className="runs-count" role="status">
          {rows === undefined ? "" : `${plural(rows.length, "run")}${isWhole ? "" : " and more"}`}
        </span>
      </div>
      <RunsBody
        rows={rows}
        failure={failure}
        isFiltered={search.trim() !== "" || status !== undefined}
        onRetry={() => void again()}
        onEnd={isWhole ? undefined : () => void ask(page, { ...query, ...beforeOf(rows) })}
      />
    </div>
  );
}

const beforeOf = (rows: readonly RunRow[] | undefined): RunQuery => {
  const last = rows?.at(-1);
  return last === undefined ? {} : { before: last.createdAt };
};

interface FilterProps {
  readonly status: RunStatus | undefined;
  readonly onStatus: (status: RunStatus | undefined) => void;
}

const StatusFilter = ({ status, onStatus }: FilterProps) => (
  <fieldset className="filters">
    <legend className="unseen">Status</legend>
    {STATUSES.map((one) => (
      <button
        key={one}
        type="button"
        className={`filter tone-${statusLooks[one].tone}`}
        aria-pressed={status === one}
        onClick={() => onStatus(status === one ? undefined : one)}
      >
        <Glyph name={statusLooks[one].glyph} />
        {statusLooks[one].label}
      </button>
    ))}
  </fieldset>
);

interface BodyProps {
  readonly rows: readonly RunRow[] | undefined;
  readonly failure: string | undefined;
  readonly isFiltered: boolean;
  readonly onRetry: () => void;
  readonly onEnd: (() => void) | undefined;
}

function RunsBody({ rows, failure, isFiltered, onRetry, onEnd }: BodyProps) {
  const isNarrow = useNarrow();
  const now = useNow(5_000);
  const list = useRef<VirtualHandle>(null);
  const [focus, setFocus] = useState(-1);
  const asked = useRef(0);
  const length = rows?.length ?? 0;

  const move = (step: number) => {
    const next = Math.max(0, Math.min(length - 1, focus + step));
    setFocus(next);
    list.current?.reveal(next);
    requestAnimationFrame(() => document.getElementById(`run-${next}`)?.focus());
  };
  useKeys({ j: () => move(1), k: () => move(-1) });

  const end = useEffectEvent((last: number) => {
    if (last < length || onEnd === undefined || asked.current === length) return;
    asked.current = length;
    onEnd();
  });
  const onRange = useCallback((_: number, last: number) => end(last), []);

  if (failure !== undefined && rows === undefined) return <Failed what="The runs" reason={failure} onRetry={onRetry} />;
  if (rows === undefined) return <Skeleton label="Runs are loading" />;
  if (rows.length === 0) {
    return isFiltered ? (
      <Empty title="No run fits">Another search, or no filter, may find one.</Empty>
    ) : (
      <Empty title="No runs yet">They appear here as soon as one begins.</Empty>
    );
  }
  return (
    <div className="runs-list">
      {isNarrow ? null : <RunsHead />}
      <Virtual
        count={rows.length}
        height={isNarrow ? 76 : 44}
        label="Runs, newest first"
        handle={list}
        onRange={onRange}
        row={(place) => {
          const row = rows[place];
          return row === undefined ? null : (
            <RunLine key={row.run} row={row} now={now} place={place} of={rows.length} />
          );
        }}
      />
    </div>
  );
}

const RunsHead = () => (
  <div className="run-line runs-columns" aria-hidden="true">
    <span>Status</span>
    <span>Objective</span>
    <span>State</span>
    <span className="number">Progress</span>
    <span className="number">Spent</span>
    <span className="number">Entries</span>
    <span className="number">Changed</span>
  </div>
);
