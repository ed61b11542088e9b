/** Time: all ways to another moment. Whoever moves by hand stops the player. */
import type { Seq } from "../../../src/contracts/units.ts";
import { shownSeq } from "../state/run.ts";
import { usePage } from "./page.ts";
import { type Player, usePlayer } from "./run.ts";
import type { RunSession } from "./run-session.ts";

export interface Time {
  readonly player: Player;
  /** Undefined: the head, from now on. */
  readonly seek: (seq: Seq | undefined) => void;
  readonly step: (by: number) => void;
  readonly jump: (direction: "next" | "previous") => void;
}

export function useTime(session: RunSession): Time {
  const { places, say } = usePage();
  const move = (seq: Seq | undefined) => places.turn({ seq });
  const player = usePlayer(session, move);
  const seek = (seq: Seq | undefined) => {
    player.pause();
    move(seq);
  };
  return {
    player,
    seek,
    step(by) {
      const state = session.store.get();
      seek(Math.max(1, Math.min(state.head, shownSeq(state) + by)));
    },
    jump(direction) {
      session.intervention(direction).then(
        (seq) => (seq === undefined ? say("calm", `There is no ${direction} intervention`) : seek(seq)),
        () => say("bad", "The journal could not be asked"),
      );
    },
  };
}
