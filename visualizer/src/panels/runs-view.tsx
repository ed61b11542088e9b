/** All runs of the store: thousands, newest first, as they change. */
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { RunQuery, RunRow } from "../../../src/contracts/inspection.ts";
import type { RunStatus } from "../../../src/contracts/report.ts";
import { Glyph } from "../parts/glyph.tsx";
import { reasonOf } from "../parts/loaded.tsx";
import { useKeys } from "../session/keys.ts";
import { type Page, usePage, useStanding, useStore } from "../session/page.ts";
import { plural } from "../state/format.ts";
import { RUNS_PAGE } from "../state/runs.ts";
import { statusLooks } from "../state/tone.ts";
import { RunsList } from "./runs-list.tsx";

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
      <RunsList
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
