/** Card: what is known of the state or the transitions that a person points at. */
import type { Chart, ChartEdge, GuardReading } from "../../../../src/contracts/inspection.ts";
import type { Corner } from "../corner.ts";
import { clip, said } from "../text.ts";
import { ANYWHERE } from "./everywhere.ts";
import { guardWords, standingOf } from "./guard-words.ts";
import { visitsOf } from "./heat.ts";
import type { Sketch } from "./sketch.ts";
import { sentence } from "./wording.ts";

export interface CardProps {
  readonly chart: Chart;
  readonly sketch: Sketch;
  readonly id: string;
  readonly corner: Corner;
  readonly guards: readonly GuardReading[];
  readonly visits: { readonly [id: string]: number };
}

/** Transitions of a way are told with their actions; those of a state, fewer, without. */
const MOST = { way: 8, state: 6 } as const;
const SIGN = { open: "✓", closed: "✕", depends: "?" } as const;

export function Card({ chart, sketch, id, corner, guards, visits }: CardProps) {
  const way = sketch.ways.find((one) => one.id === id);
  const state = chart.states.find((one) => one.id === (id === ANYWHERE ? "" : id));
  const edges = chart.edges.filter((edge) =>
    way === undefined ? edge.source === state?.id : way.edges.includes(edge.id),
  );
  const title = way === undefined ? (id === ANYWHERE ? "any state" : id) : `${way.from} → ${way.to}`;
  const count = visitsOf(way === undefined ? [id] : way.edges, visits);
  const most = MOST[way === undefined ? "state" : "way"];
  const left = edges.length - most;
  return (
    <div className={`drawing-card drawing-card-${corner} chart-card`} role="status">
      <p className="chart-card-title">
        {clip(title, 90)}
        {count > 0 ? <span className="chart-card-count">{`${count} ${count === 1 ? "visit" : "visits"}`}</span> : null}
      </p>
      {state?.description === undefined || way !== undefined ? null : (
        <p className="chart-card-text">{said(state.description)}</p>
      )}
      <ul className="chart-card-list">
        {edges.slice(0, most).map((edge) => (
          <Transition
            key={edge.id}
            edge={edge}
            reading={guards.find((one) => one.edge === edge.id)}
            isNamed={way === undefined}
          />
        ))}
      </ul>
      {left > 0 ? <p className="chart-card-text">{`and ${left} more`}</p> : null}
    </div>
  );
}

interface TransitionProps {
  readonly edge: ChartEdge;
  readonly reading: GuardReading | undefined;
  /** Says where it leads: the title does not. */
  readonly isNamed: boolean;
}

function Transition({ edge, reading, isNamed }: TransitionProps) {
  const standing = reading === undefined ? undefined : standingOf(reading);
  return (
    <li>
      <span className="chart-card-code">
        {said(sentence(isNamed ? { ...edge, actions: [] } : edge))}
        {isNamed && edge.target !== undefined ? ` → ${clip(edge.target, 60)}` : ""}
      </span>
      {reading === undefined || standing === undefined ? null : (
        <span className={`chart-card-why chart-card-${standing}`}>{`${SIGN[standing]} ${guardWords(reading)}`}</span>
      )}
    </li>
  );
}
