/** Time: where in the journal all panels are, and the ways to elsewhere. */
import { Button, IconButton } from "../parts/button.tsx";
import { reasonOf } from "../parts/loaded.tsx";
import { usePage, useStanding } from "../session/page.ts";
import { SPEEDS, type Speed, useRun } from "../session/run.ts";
import type { Time } from "../session/time.ts";
import { clock, count, day } from "../state/format.ts";
import { type RunPlace, runPlace } from "../state/place.ts";
import { shownSeq } from "../state/run.ts";
import { useApprover } from "./approver.tsx";
import { Track } from "./track.tsx";

interface TimeBarProps {
  readonly place: RunPlace;
  readonly time: Time;
  readonly canFork: boolean;
}

export function TimeBar({ place, time, canFork }: TimeBarProps) {
  const state = useRun();
  const { player, seek, step, jump } = time;
  const seq = shownSeq(state);
  const isFollowing = state.wanted === undefined;
  const at = state.moment?.at;
  return (
    <section className={`time${isFollowing ? "" : " is-past"}`} aria-label="Time" data-panel="time">
      <div className="time-bar">
        <div className="time-buttons">
          <IconButton label="Previous intervention" icon="previous" keys="[" onClick={() => jump("previous")} />
          <IconButton label="One entry back" icon="back" keys="←" onClick={() => step(-1)} />
          <IconButton
            label={player.isPlaying ? "Pause playing" : "Play"}
            icon={player.isPlaying ? "pause" : "play"}
            keys="space"
            onClick={player.toggle}
          />
          <IconButton label="One entry on" icon="forward" keys="→" onClick={() => step(1)} />
          <IconButton label="Next intervention" icon="next" keys="]" onClick={() => jump("next")} />
        </div>
        <label className="time-speed">
          <span className="unseen">Entries a second</span>
          <select
            value={player.speed}
            title="Entries a second"
            onChange={({ target }) => player.setSpeed(Number(target.value) as Speed)}
          >
            {SPEEDS.map((speed) => (
              <option key={speed} value={speed}>{`${speed}/s`}</option>
            ))}
          </select>
        </label>
        <span className="time-where">
          <strong>{count(seq)}</strong>
          <span className="muted"> of {count(state.head)}</span>
          {at === undefined ? null : (
            <time dateTime={new Date(at).toISOString()} title={day(at)}>
              {clock(at)}
            </time>
          )}
        </span>
        <div className="time-end">
          <Compare place={place} seq={seq} />
          {canFork ? <Fork place={place} seq={seq} /> : null}
          <button
            type="button"
            className={`live${isFollowing ? " is-on" : ""}`}
            aria-pressed={isFollowing}
            title="Follow the head (l)"
            onClick={() => seek(isFollowing ? seq : undefined)}
          >
            <span className="live-dot" />
            {isFollowing ? "Following" : "Go to head"}
          </button>
        </div>
      </div>
      <Track place={place} onSeek={seek} />
    </section>
  );
}

interface AtSeq {
  readonly place: RunPlace;
  readonly seq: number;
}

function Compare({ place, seq }: AtSeq) {
  const { places } = usePage();
  return (
    <fieldset className="compare">
      <legend className="unseen">Compare two moments</legend>
      {(["a", "b"] as const).map((which) => {
        const name = which.toUpperCase();
        return (
          <button
            key={which}
            type="button"
            className="take"
            title={`Take this moment as ${name} (${which})`}
            aria-pressed={place[which] === seq}
            onClick={() => places.turn({ [which]: seq, tab: "difference" })}
          >
            {name}
            {place[which] === undefined ? "" : ` ${count(place[which])}`}
          </button>
        );
      })}
    </fieldset>
  );
}

function Fork({ place, seq }: AtSeq) {
  const { source, places, say } = usePage();
  const standing = useStanding();
  const { sign, dialog } = useApprover();
  if (standing?.can.fork !== true) return null;
  const fork = () => {
    source.fork(place.run, seq).then(
      (run) => {
        say("good", `A new run begins as this one stood at ${count(seq)}`);
        places.go({ ...runPlace(run), tab: place.tab, side: place.side });
      },
      (error: unknown) => say("bad", `It could not be forked: ${reasonOf(error)}`),
    );
  };
  return (
    <>
      <Button label="Fork from here" icon="fork" onClick={() => sign(fork)} />
      {dialog}
    </>
  );
}
