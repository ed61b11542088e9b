/** What was spent and held of one pot, over the journal. */
import { type PointerEvent, useMemo, useState } from "react";
import type { CountedPot } from "../../../src/contracts/budget.ts";
import { usePage } from "../session/page.ts";
import { useRun } from "../session/run.ts";
import { count, potNames, quantity } from "../state/format.ts";
import { placeOf, seqAt } from "../state/overview.ts";
import { shownSeq } from "../state/run.ts";
import { lineOf, niceCeiling, type Point, pointsOf } from "../state/series.ts";

const [WIDTH, HEIGHT, TOP] = [360, 132, 8];

interface ChartProps {
  readonly pot: CountedPot;
  readonly cap: number | undefined;
  readonly forecast: number | undefined;
}

export function SpendChart({ pot, cap, forecast }: ChartProps) {
  const { places } = usePage();
  const state = useRun();
  const { overview, head } = state;
  const [hover, setHover] = useState<Point>();
  const points = useMemo(() => (overview === undefined ? [] : pointsOf(overview, pot)), [overview, pot]);
  if (points.length < 2) return null;
  const most = Math.max(...points.map(({ spent, held }) => spent + held), 1);
  // A cap far above all of it would press the line to the floor.
  const isCapNear = cap !== undefined && cap <= most * 4;
  const ceiling = niceCeiling(
    Math.max(most, isCapNear ? cap : 0, forecast !== undefined && forecast <= most * 4 ? forecast : 0),
  );
  const x = (seq: number): number => placeOf(seq, head) * WIDTH;
  const y = (value: number): number => HEIGHT - (value / ceiling) * (HEIGHT - TOP);
  const pointAt = (event: PointerEvent): Point | undefined => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const seq = seqAt((event.clientX - left) / width, head);
    return points.find((point) => point.seq >= seq) ?? points.at(-1);
  };
  const at = hover ?? points.find(({ seq }) => seq >= shownSeq(state)) ?? points.at(-1);
  return (
    <figure className="spend">
      <figcaption>
        <span className="key key-spent">{potNames[pot]} spent</span>
        <span className="key key-held">held</span>
        {at === undefined ? null : (
          <span className="spend-at">
            {quantity(pot, at.spent)} + {quantity(pot, at.held)} <span className="muted">at {count(at.seq)}</span>
          </span>
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${potNames[pot]}: ${quantity(pot, points.at(-1)?.spent ?? 0)} spent over ${count(head)} entries`}
        onPointerMove={(event) => setHover(pointAt(event))}
        onPointerLeave={() => setHover(undefined)}
        onPointerDown={(event) => places.turn({ seq: pointAt(event)?.seq })}
      >
        <path className="spend-grid" d={`M0 ${y(ceiling / 2)}H${WIDTH}M0 ${y(ceiling)}H${WIDTH}`} />
        <path className="spend-held" d={areaOf(points, x, (point) => [y(point.spent + point.held), y(point.spent)])} />
        <path className="spend-area" d={areaOf(points, x, (point) => [y(point.spent), HEIGHT])} />
        <path className="spend-line" d={lineOf(points.map((point) => [x(point.seq), y(point.spent)]))} />
        {isCapNear ? <path className="spend-cap" d={`M0 ${y(cap)}H${WIDTH}`} /> : null}
        {at === undefined ? null : <path className="spend-now" d={`M${x(at.seq).toFixed(2)} 0V${HEIGHT}`} />}
      </svg>
      <div className="spend-axis" aria-hidden="true">
        <span>{quantity(pot, ceiling)}</span>
        <span>{quantity(pot, ceiling / 2)}</span>
        <span>0</span>
      </div>
      <p className="muted">
        {cap === undefined ? "No cap." : `Cap ${quantity(pot, cap)}${isCapNear ? "" : ", above the drawing"}.`}
        {forecast === undefined ? "" : ` Forecast for the whole plan: ${quantity(pot, forecast)}.`}
      </p>
    </figure>
  );
}

type Band = (point: Point) => readonly [top: number, bottom: number];

function areaOf(points: readonly Point[], x: (seq: number) => number, band: Band): string {
  const top = points.map((point) => [x(point.seq), band(point)[0]] as const);
  const bottom = points.map((point) => [x(point.seq), band(point)[1]] as const).reverse();
  return `${lineOf([...top, ...bottom])}Z`;
}
