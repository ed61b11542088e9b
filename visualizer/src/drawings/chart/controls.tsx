/** Controls of a chart: how much of it is drawn, its heat, and the paths that can be played on it. */
import type { Detail } from "./sketch.ts";
import type { PlayerState } from "./use-player.ts";

export interface ControlsProps {
  readonly detail: Detail;
  readonly setDetail: (detail: Detail) => void;
  readonly isWarm: boolean;
  readonly setWarm: (isWarm: boolean) => void;
  readonly player: PlayerState;
}

const DETAILS: readonly { readonly detail: Detail; readonly text: string; readonly title: string }[] = [
  { detail: "overview", text: "Overview", title: "Transitions between the same two states are one arrow" },
  { detail: "all", text: "All transitions", title: "Every transition on its own, with its actions" },
];

export function Controls({ detail, setDetail, isWarm, setWarm, player }: ControlsProps) {
  return (
    <div className="chart-controls" role="toolbar" aria-label="Chart">
      <fieldset className="chart-choice">
        <legend className="chart-hidden">Detail</legend>
        {DETAILS.map((one) => (
          <button
            key={one.detail}
            type="button"
            title={one.title}
            aria-pressed={one.detail === detail}
            onClick={() => setDetail(one.detail)}
          >
            {one.text}
          </button>
        ))}
      </fieldset>
      <button
        type="button"
        className="chart-toggle"
        aria-pressed={isWarm}
        title="How often each state and transition was visited"
        onClick={() => setWarm(!isWarm)}
      >
        Visits
      </button>
      <button
        type="button"
        className="chart-toggle"
        aria-pressed={player.isOpen}
        title="Play a path through the chart"
        onClick={player.toggle}
      >
        Play a path
      </button>
    </div>
  );
}
