/** Player bar: which path is played, and where in it. */
import { clip } from "../text.ts";
import type { PlayerState } from "./use-player.ts";
import { sentence } from "./wording.ts";

export function PlayerBar({ player }: { readonly player: PlayerState }) {
  const { paths = [], path, at, isPlaying, problem } = player;
  if (path === undefined) return <p className="chart-player">{problem ?? "No path leads anywhere."}</p>;
  const length = path.steps.length;
  const step = path.steps[at - 1];
  return (
    <div className="chart-player" role="toolbar" aria-label="Path">
      <label>
        <span className="chart-hidden">Path</span>
        <select value={paths.indexOf(path)} onChange={(event) => player.choose(Number(event.currentTarget.value))}>
          {paths.map(({ to, steps }, n) => (
            <option key={to} value={n}>
              {`to ${clip(to, 40)} (${steps.length} ${steps.length === 1 ? "step" : "steps"})`}
            </option>
          ))}
        </select>
      </label>
      <Press label="To the beginning" icon="M2 2h2v8h-2zM11 2v8l-6 -4z" isOff={at === 0} onPress={() => player.go(0)} />
      <Press label="One step back" icon="M10 2v8l-7 -4z" isOff={at === 0} onPress={() => player.go(at - 1)} />
      <Press
        label={isPlaying ? "Stop" : "Play"}
        icon={isPlaying ? "M2.5 2h2.5v8h-2.5zM7 2h2.5v8h-2.5z" : "M2 1.5v9l8 -4.5z"}
        isOff={length === 0}
        onPress={() => player.play(!isPlaying)}
      />
      <Press
        label="One step on"
        icon="M1 2v8l6 -4zM8 2h2v8h-2z"
        isOff={at === length}
        onPress={() => player.go(at + 1)}
      />
      <output className="chart-player-step" aria-live="polite">
        {step === undefined
          ? `0 of ${length}: ${clip(path.begins.at(-1) ?? "", 40)}`
          : `${at} of ${length}: ${clip(sentence(step.edge), 90)}`}
      </output>
    </div>
  );
}

interface PressProps {
  readonly label: string;
  readonly icon: string;
  readonly isOff: boolean;
  readonly onPress: () => void;
}

const Press = ({ label, icon, isOff, onPress }: PressProps) => (
  <button type="button" aria-label={label} title={label} disabled={isOff} onClick={onPress}>
    <svg width={12} height={12} aria-hidden="true">
      <path d={icon} />
    </svg>
  </button>
);
