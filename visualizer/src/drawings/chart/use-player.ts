/** Player: a path that is played on a chart, step by step. */
import { useEffect, useMemo, useReducer, useState } from "react";
import type { Chart, ChartEdge, ChartPath, ChartPaths } from "../../../../src/contracts/inspection.ts";
import { CLOSED, played } from "./place-in-path.ts";

export interface PlayerState {
  readonly isOpen: boolean;
  readonly toggle: () => void;
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

const PACE_MS = 1_100;

interface Answer {
  readonly chart: Chart;
  readonly found?: ChartPaths;
  readonly problem?: string;
}

/** Found when somebody wants to play one: the search, and what it stands on, are loaded then. */
function usePaths(chart: Chart, isOpen: boolean): Answer | undefined {
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    if (!isOpen || answer?.chart === chart) return;
    let isWanted = true;
    import("../../../../src/charts/chart-paths.ts").then(
      ({ pathsOf }) => {
        if (isWanted) setAnswer({ chart, found: pathsOf(chart) });
      },
      (error: unknown) => {
        if (isWanted) setAnswer({ chart, problem: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [chart, isOpen, answer]);
  return isOpen && answer?.chart === chart ? answer : undefined;
}

/** Of another chart it is closed. */
export function usePlayer(chart: Chart): PlayerState {
  const [place, send] = useReducer(played, CLOSED);
  const answer = usePaths(chart, place.isOpen);
  const path = answer?.found?.paths[place.path];
  const length = Math.max(0, (path?.steps.length ?? 0) - 1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another chart has other paths
  useEffect(() => send({ kind: "close" }), [chart]);
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
