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
      <button type="button" aria-label="To the beginning" disabled={at === 0} onClick={() => player.go(0)}>
        ⏮
      </button>
      <button type="button" aria-label="One step back" disabled={at === 0} onClick={() => player.go(at - 1)}>
        ◀
      </button>
      <button type="button" aria-label={isPlaying ? "Stop" : "Play"} onClick={() => player.play(!isPlaying)}>
        {isPlaying ? "⏸" : "▶"}
      </button>
      <button type="button" aria-label="One step on" disabled={at === length} onClick={() => player.go(at + 1)}>
        ▶|
      </button>
      <output className="chart-player-step" aria-live="polite">
        {step === undefined
          ? `0 of ${length}: ${clip(path.begins.at(-1) ?? "", 40)}`
          : `${at} of ${length}: ${clip(sentence(step.edge), 90)}`}
      </output>
    </div>
  );
}
