/** Player: a path that is played on a chart, step by step. */
import { useEffect, useMemo, useReducer, useState } from "react";
import type { ChartEdge, ChartPath, ChartPaths } from "../../../../src/contracts/inspection.ts";
import { CLOSED, played } from "./place-in-path.ts";

export interface PlayerState {
  readonly isOpen: boolean;
  readonly toggle: () => void;
  /** Where paths come from is known. */
  readonly canPlay: boolean;
  readonly found?: ChartPaths;
  readonly problem?: string;
  readonly path?: ChartPath;
  /** 0 before the first step. */
  readonly at: number;
  readonly isPlaying: boolean;
  readonly step?: { readonly active: readonly string[]; readonly taken: readonly ChartEdge["id"][] };
  readonly choose: (path: number) => void;
  readonly go: (at: number) => void;
  readonly play: (isPlaying: boolean) => void;
}

export type AskPaths = () => Promise<ChartPaths>;

const PACE_MS = 1_100;

interface Answer {
  readonly ask: AskPaths;
  readonly found?: ChartPaths;
  readonly problem?: string;
}

/** Asked for when somebody wants to play one. */
function usePaths(ask: AskPaths | undefined, isOpen: boolean): Answer | undefined {
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    if (!isOpen || ask === undefined || answer?.ask === ask) return;
    let isWanted = true;
    ask().then(
      (found) => {
        if (isWanted) setAnswer({ ask, found });
      },
      (error: unknown) => {
        if (isWanted) setAnswer({ ask, problem: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [ask, isOpen, answer]);
  return isOpen && answer?.ask === ask ? answer : undefined;
}

/** `name`: of the chart. Another one, and the player closes. */
export function usePlayer(name: string, ask: AskPaths | undefined): PlayerState {
  const [place, send] = useReducer(played, CLOSED);
  const answer = usePaths(ask, place.isOpen);
  const path = answer?.found?.paths[place.path];
  const length = Math.max(0, (path?.steps.length ?? 0) - 1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another chart has other paths
  useEffect(() => send({ kind: "close" }), [name]);
  useEffect(() => {
    if (!place.isPlaying) return;
    const timer = setInterval(() => send({ kind: "tick", length }), PACE_MS);
    return () => clearInterval(timer);
  }, [place.isPlaying, length]);
  const step = useMemo(() => {
    const now = path?.steps[place.at];
    return now === undefined ? undefined : { active: now.states, taken: now.edges };
  }, [path, place.at]);
  return {
    isOpen: place.isOpen,
    at: place.at,
    isPlaying: place.isPlaying,
    canPlay: ask !== undefined,
    toggle: () => send({ kind: place.isOpen ? "close" : "open" }),
    choose: (n) => send({ kind: "choose", path: n }),
    go: (at) => send({ kind: "go", at, length }),
    play: (isPlaying) => send({ kind: isPlaying ? "play" : "stop", length }),
    ...(answer?.found === undefined ? {} : { found: answer.found }),
    ...(answer?.problem === undefined ? {} : { problem: answer.problem }),
    ...(path === undefined ? {} : { path }),
    ...(step === undefined ? {} : { step }),
  };
}
