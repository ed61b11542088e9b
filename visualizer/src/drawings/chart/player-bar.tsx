/** Player bar: which path is played, and where in it. */
import type { Chart } from "../../../../src/contracts/inspection.ts";
import { clip } from "../text.ts";
import { pathWords, stepWords } from "./path-words.ts";
import type { PlayerState } from "./use-player.ts";

export function PlayerBar({ chart, player }: { readonly chart: Chart; readonly player: PlayerState }) {
  const { found, path, at, isPlaying, problem } = player;
  if (found === undefined || path === undefined) return <p className="chart-player">{problem ?? whyNone(found)}</p>;
  const length = path.steps.length - 1;
  return (
    <div className="chart-player" role="toolbar" aria-label="Path">
      <label>
        <span className="chart-hidden">Path</span>
        <select
          value={found.paths.indexOf(path)}
          onChange={(event) => player.choose(Number(event.currentTarget.value))}
        >
          {found.paths.map((one, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a path has no other name than its place
            <option key={n} value={n}>
              {pathWords(one)}
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
        {stepWords(chart, path, at)}
      </output>
    </div>
  );
}

function whyNone(found: PlayerState["found"]): string {
  if (found === undefined) return "Looking for paths…";
  return found.limited === undefined ? "No path leads anywhere." : `No path can be shown: ${clip(found.limited, 120)}`;
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
