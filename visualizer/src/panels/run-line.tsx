/** One run in the list. */
import type { RunRow } from "../../../src/contracts/inspection.ts";
import { Pill, Tag } from "../parts/pill.tsx";
import { Said } from "../parts/said.tsx";
import { ago, compact, day, plural, share, usd } from "../state/format.ts";
import { hashOf, runPlace } from "../state/place.ts";
import { stateTone, statusLooks } from "../state/tone.ts";

interface RunLineProps {
  readonly row: RunRow;
  readonly now: number;
  readonly place: number;
  readonly of: number;
}

export function RunLine({ row, now, place, of }: RunLineProps) {
  const waiting = row.pendingApprovals.length;
  return (
    <li aria-posinset={place + 1} aria-setsize={of}>
      <a id={`run-${place}`} className="run-line" href={hashOf(runPlace(row.run))}>
        <span className="run-status">
          <Pill look={statusLooks[row.status]} />
        </span>
        <span className="run-what">
          <span className="run-objective">
            <Said text={row.objective} />
          </span>
          <span className="run-name">
            <Said text={row.name} /> <code>{row.run}</code>
            {row.failure === undefined ? null : (
              <span className="text-bad">
                {" "}
                <Said text={row.failure.message} />
              </span>
            )}
          </span>
        </span>
        <span className="run-state">
          {row.state === row.status ? null : <Tag text={row.state} tone={stateTone(row.state)} />}
          {waiting === 0 ? null : <Tag text={plural(waiting, "question")} tone="wait" />}
        </span>
        <span className="number run-progress">{row.progress === undefined ? "" : share(row.progress)}</span>
        <span className="number run-spent">{row.spent === undefined ? "" : usd(row.spent.costMicroUsd)}</span>
        <span className="number run-entries">{compact(row.head)}</span>
        <time
          className="number run-changed"
          dateTime={new Date(row.updatedAt).toISOString()}
          title={day(row.updatedAt)}
        >
          {ago(row.updatedAt, now)}
        </time>
      </a>
    </li>
  );
}
