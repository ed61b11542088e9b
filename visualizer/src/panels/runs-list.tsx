/** The list of runs, windowed. */
import { useCallback, useEffectEvent, useRef, useState } from "react";
import type { RunRow } from "../../../src/contracts/inspection.ts";
import { Empty } from "../parts/empty.tsx";
import { Failed, Skeleton } from "../parts/loaded.tsx";
import { Virtual, type VirtualHandle } from "../parts/virtual.tsx";
import { useKeys } from "../session/keys.ts";
import { useNarrow, useNow } from "../session/media.ts";
import { RunLine } from "./run-line.tsx";

interface ListProps {
  readonly rows: readonly RunRow[] | undefined;
  readonly failure: string | undefined;
  readonly isFiltered: boolean;
  readonly onRetry: () => void;
  readonly onEnd: (() => void) | undefined;
}

export function RunsList({ rows, failure, isFiltered, onRetry, onEnd }: ListProps) {
  if (failure !== undefined && rows === undefined) return <Failed what="The runs" reason={failure} onRetry={onRetry} />;
  if (rows === undefined) return <Skeleton label="Runs are loading" />;
  if (rows.length === 0) {
    return isFiltered ? (
      <Empty title="No run fits">Another search, or no filter, may find one.</Empty>
    ) : (
      <Empty title="No runs yet">They appear here as soon as one begins.</Empty>
    );
  }
  return <Known rows={rows} onEnd={onEnd} />;
}

function Known({ rows, onEnd }: { readonly rows: readonly RunRow[]; readonly onEnd: (() => void) | undefined }) {
  const isNarrow = useNarrow();
  const now = useNow(5_000);
  const list = useRef<VirtualHandle>(null);
  const [focus, setFocus] = useState(-1);
  const asked = useRef(0);

  const move = (step: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, focus + step));
    setFocus(next);
    list.current?.reveal(next);
    requestAnimationFrame(() => document.getElementById(`run-${next}`)?.focus());
  };
  useKeys({ j: () => move(1), k: () => move(-1) });

  const end = useEffectEvent((last: number) => {
    if (last < rows.length || onEnd === undefined || asked.current === rows.length) return;
    asked.current = rows.length;
    onEnd();
  });
  const onRange = useCallback((_: number, last: number) => end(last), []);

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
