/** The run that is open, to the parts of its view. */
import { createContext, useContext, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import type { RunId } from "../../../src/contracts/ids.ts";
import type { Moment } from "../../../src/contracts/inspection.ts";
import type { Seq } from "../../../src/contracts/units.ts";
import { shownSeq } from "../state/run.ts";
import { usePage, useStore } from "./page.ts";
import { type RunSession, runSession } from "./run-session.ts";

const RunContext = createContext<RunSession | undefined>(undefined);
export const RunProvider = RunContext.Provider;

export function useSession(): RunSession {
  const session = useContext(RunContext);
  if (session === undefined) throw new Error("there is no run around this part");
  return session;
}

export const useRun = () => useStore(useSession().store);

/** Whoever follows is told ten times a second; what is asked for each time is asked for twice. */
export const useRest = (): number => (useRun().wanted === undefined ? 500 : 0);

/** The entry at which an actor is asked for; whoever follows takes it as it is now, which costs the run no replay. */
export function useAsked({ seq }: Moment): Seq | undefined {
  return useRun().wanted === undefined ? undefined : seq;
}

/** Opens the run, watches it, and keeps the moment that is shown where the address has it. */
export function useOpened(run: RunId, seq: Seq | undefined): RunSession {
  const { source } = usePage();
  const first = useRef(seq);
  const session = useMemo(() => runSession(source, run, first.current), [source, run]);
  useEffect(() => session.start(), [session]);
  useEffect(() => {
    if (session.store.get().wanted !== seq) session.seek(seq);
  }, [session, seq]);
  return session;
}

export const SPEEDS = [1, 4, 16, 64, 256] as const;
export type Speed = (typeof SPEEDS)[number];

const TICK_MS = 100;

export interface Player {
  readonly isPlaying: boolean;
  readonly speed: Speed;
  readonly setSpeed: (speed: Speed) => void;
  readonly toggle: () => void;
  readonly pause: () => void;
}

/** Moves through the journal by itself, so many entries a second, and stops at the head. */
export function usePlayer(session: RunSession, seek: (seq: Seq | undefined) => void): Player {
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(4);
  const at = useRef(0);
  const tick = useEffectEvent(() => {
    const state = session.store.get();
    // Somebody has moved it.
    if (Math.floor(at.current) !== shownSeq(state)) at.current = shownSeq(state);
    at.current += (speed * TICK_MS) / 1_000;
    const next = Math.floor(at.current);
    if (next >= state.head) {
      setPlaying(false);
      seek(undefined);
    } else if (next !== shownSeq(state)) seek(next);
  });
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setInterval(() => tick(), TICK_MS);
    return () => clearInterval(timer);
  }, [isPlaying]);
  const toggle = () => {
    const state = session.store.get();
    // From the head there is nothing to play: from the beginning, then.
    if (!isPlaying && shownSeq(state) >= state.head) seek(1);
    setPlaying(!isPlaying);
  };
  return { isPlaying, speed, setSpeed, toggle, pause: () => setPlaying(false) };
}
