/** Way: the transitions between two states as SVG. */
import { pathOf } from "../path.ts";
import { type PlacedWay, placeOf } from "./elk.ts";
import { Lines } from "./lines.tsx";
import { classes, handlers, type PartProps } from "./part.ts";

export function Way({ placed, ...part }: { readonly placed: PlacedWay } & PartProps) {
  const { way, lines, label } = placed;
  const paths = lines.map(pathOf);
  const arrows = (head: "head" | "taken", kind = "chart-arrow") =>
    paths.map((d) => <path key={`arrow ${d}`} className={kind} d={d} markerEnd={`url(#${part.prefix}-${head})`} />);
  if (way.edges.length === 0) return arrows("head", "chart-arrow chart-begin");
  const { isTaken, standing, warmth, words } = part.show(way.id);
  const kind = classes("chart-way", isTaken && "chart-taken", standing && `chart-${standing}`, `chart-warm-${warmth}`);
  return (
    <g className={kind}>
      {arrows(isTaken ? "taken" : "head")}
      {isTaken
        ? paths.map((d) => <path key={`${part.step} ${d}`} className="chart-pulse" d={d} pathLength={100} />)
        : null}
      <g {...handlers(way.id, part)} role="button" aria-label={words}>
        {paths.map((d) => (
          <path key={d} className="chart-touch" d={d} />
        ))}
        {label === undefined ? null : <rect className="chart-back chart-small" {...placeOf(label)} rx={3} />}
      </g>
      {standing === "open" || standing === "closed" ? <Gate placed={placed} standing={standing} /> : null}
      {label === undefined ? null : (
        <Lines
          lines={label.lines}
          x={label.x + label.width / 2}
          y={label.y + 12}
          className="chart-label chart-small"
          anchor="middle"
        />
      )}
    </g>
  );
}

interface GateProps {
  readonly placed: PlacedWay;
  readonly standing: "open" | "closed";
}

/** Where a way begins: a tick if its guard holds, a cross if it does not. */
function Gate({ placed: { lines }, standing }: GateProps) {
  const [from, to] = lines[0] ?? [];
  if (from === undefined || to === undefined) return null;
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const away = Math.min(9, length / 2);
  const [x, y] = [from.x + ((to.x - from.x) / length) * away, from.y + ((to.y - from.y) / length) * away];
  const mark = standing === "open" ? `M${x - 3} ${y}l2.2 2.4l3.8 -4.6` : `M${x - 2.5} ${y - 2.5}l5 5m0 -5l-5 5`;
  return (
    <g className={`chart-gate chart-gate-${standing}`}>
      <circle cx={x} cy={y} r={6} />
      <path d={mark} />
    </g>
  );
}
