/** The whole journal in one strip: states as a band, what was spent as an area, marks as ticks, and where one is. */
import { type KeyboardEvent, memo, type PointerEvent, useMemo, useRef, useState } from "react";
import type { Mark, Overview } from "../../../src/contracts/inspection.ts";
import type { Seq } from "../../../src/contracts/units.ts";
import { Pill } from "../parts/pill.tsx";
import { Said } from "../parts/said.tsx";
import { useRun } from "../session/run.ts";
import { clock, count, usd } from "../state/format.ts";
import { bucketAt, placeOf, seqAt, stripOf } from "../state/overview.ts";
import type { RunPlace } from "../state/place.ts";
import { shownSeq } from "../state/run.ts";
import { markLooks, stateTone } from "../state/tone.ts";

interface TrackProps {
  readonly place: RunPlace;
  readonly onSeek: (seq: Seq | undefined) => void;
}

export function Track({ place, onSeek }: TrackProps) {
  const state = useRun();
  const { overview, head } = state;
  const box = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Seq>();
  const seq = shownSeq(state);
  const xOf = (at: Seq): number => placeOf(at, head) * 100;

  const under = (event: PointerEvent): Seq => {
    const { left, width } = (box.current ?? event.currentTarget).getBoundingClientRect();
    return seqAt((event.clientX - left) / Math.max(1, width), head);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    onSeek(under(event));
  };
  const onPointerMove = (event: PointerEvent) => {
    const at = under(event);
    setHover(at);
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onSeek(at);
  };
  return (
    <div
      ref={box}
      className="track"
      role="slider"
      tabIndex={0}
      aria-label="Moment of the journal"
      aria-valuemin={1}
      aria-valuemax={Math.max(1, head)}
      aria-valuenow={seq}
      aria-valuetext={`entry ${seq} of ${head}, ${state.moment?.state ?? ""}`}
      onKeyDown={(event) => onKey(event, { seq, head, onSeek })}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerLeave={() => setHover(undefined)}
    >
      {overview === undefined ? <div className="track-empty" /> : <Drawn overview={overview} head={head} />}
      {place.a === undefined ? null : <Pin name="A" x={xOf(place.a)} />}
      {place.b === undefined ? null : <Pin name="B" x={xOf(place.b)} />}
      <div className="playhead" style={{ left: `${xOf(seq)}%` }} />
      {hover === undefined || overview === undefined ? null : <Tip overview={overview} seq={hover} x={xOf(hover)} />}
    </div>
  );
}

const Pin = ({ name, x }: { readonly name: string; readonly x: number }) => (
  <div className="pin" style={{ left: `${x}%` }}>
    {name}
  </div>
);

interface KeyMove {
  readonly seq: Seq;
  readonly head: Seq;
  readonly onSeek: (seq: Seq | undefined) => void;
}

/** The page's own keys move it by entries; these are by tenths, as sliders do. */
function onKey(event: KeyboardEvent, { seq, head, onSeek }: KeyMove): void {
  const tenth = Math.max(1, Math.round(head / 10));
  const by = event.key === "PageUp" ? tenth : event.key === "PageDown" ? -tenth : 0;
  if (by === 0) return;
  event.preventDefault();
  onSeek(Math.max(1, Math.min(head, seq + by)));
}

/** Drawn anew only when the journal has grown. The ticks are elements, so that they keep their shape. */
const Drawn = memo(function Drawn({ overview, head }: { readonly overview: Overview; readonly head: Seq }) {
  const { line, area, ticks, states } = useMemo(() => stripOf(overview, head), [overview, head]);
  return (
    <>
      <svg className="track-strip" viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden="true">
        <path className="track-area" d={area} />
        <path className="track-line" d={line} />
        {states.map(({ x, width, state }) => (
          <rect key={x} className={`track-state tone-${stateTone(state)}`} x={x} y={30} width={width} height={10} />
        ))}
      </svg>
      <div className="ticks" aria-hidden="true">
        {ticks.map(({ x, mark }) => {
          const { glyph, tone } = markLooks[mark];
          return <span key={x} className={`tick tick-${glyph} tone-${tone}`} style={{ left: `${x / 10}%` }} />;
        })}
      </div>
    </>
  );
});

interface TipProps {
  readonly overview: Overview;
  readonly seq: Seq;
  readonly x: number;
}

function Tip({ overview, seq, x }: TipProps) {
  const bucket = bucketAt(overview, seq);
  if (bucket === undefined) return null;
  const marks = (Object.entries(bucket.marks) as [Mark, number][]).filter(([mark]) => mark !== "state");
  return (
    <div className={`tip${x > 50 ? " is-left" : ""}`} style={{ left: `${x}%` }} aria-hidden="true">
      <div className="tip-head">
        <strong>{count(seq)}</strong>
        <span>{clock(bucket.at)}</span>
        <span className={`text-${stateTone(bucket.state)}`}>
          <Said text={bucket.state} />
        </span>
      </div>
      <div className="muted">
        {usd(bucket.spent.costMicroUsd)} spent, {usd(bucket.held.costMicroUsd)} held
      </div>
      {marks.length === 0 ? null : (
        <div className="tip-marks">
          {marks.map(([mark, times]) => (
            <Pill
              key={mark}
              look={markLooks[mark]}
              label={times > 1 ? `${markLooks[mark].label} ${times}` : markLooks[mark].label}
            />
          ))}
        </div>
      )}
    </div>
  );
}
