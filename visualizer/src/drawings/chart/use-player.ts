/** Player: a path that is played on a chart, step by step. */
import { useEffect, useMemo, useReducer, useState } from "react";
import type { Chart, ChartEdge } from "../../../../src/contracts/inspection.ts";
import type { ChartPath } from "./paths.ts";
import { CLOSED, type Place, played } from "./place-in-path.ts";

export interface PlayerState {
  readonly isOpen: boolean;
  readonly toggle: () => void;
  readonly paths?: readonly ChartPath[];
  readonly problem?: string;
  readonly path?: ChartPath;
  readonly at: number;
  readonly isPlaying: boolean;
  readonly step?: { readonly active: readonly string[]; readonly taken: readonly ChartEdge["id"][] };
  readonly choose: (path: number) => void;
  readonly go: (at: number) => void;
  readonly play: (isPlaying: boolean) => void;
}

const PACE_MS = 1_100;

type Found = { readonly chart: Chart; readonly paths: readonly ChartPath[]; readonly problem?: string };

/** Found when they are first asked for: the search, and `xstate/graph`, are loaded then. */
function usePaths(chart: Chart, isOpen: boolean): Found | undefined {
  const [found, setFound] = useState<Found>();
  useEffect(() => {
    if (!isOpen || found?.chart === chart) return;
    let isWanted = true;
    void import("./paths.ts")
      .then(({ pathsOf }) => ({ chart, paths: pathsOf(chart) }))
      .catch((error: unknown) => ({ chart, paths: [], problem: `No path was found: ${String(error)}` }))
      .then((next) => {
        if (isWanted) setFound(next);
      });
    return () => {
      isWanted = false;
    };
  }, [chart, isOpen, found]);
  return found?.chart === chart ? found : undefined;
}

export function usePlayer(chart: Chart): PlayerState {
  const [place, send] = useReducer(played, CLOSED);
  const found = usePaths(chart, place.isOpen);
  const path = place.isOpen ? found?.paths[place.path] : undefined;
  const length = path?.steps.length ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another chart has other paths
  useEffect(() => send({ kind: "close" }), [chart]);
  useEffect(() => {
    if (!place.isPlaying) return;
    const timer = setInterval(() => send({ kind: "tick", length }), PACE_MS);
    return () => clearInterval(timer);
  }, [place.isPlaying, length]);
  const step = useMemo(() => (path === undefined ? undefined : stepOf(path, place)), [path, place]);
  return {
    isOpen: place.isOpen,
    at: place.at,
    isPlaying: place.isPlaying,
    toggle: () => send({ kind: place.isOpen ? "close" : "open" }),
    choose: (n) => send({ kind: "choose", path: n }),
    go: (at) => send({ kind: "go", at, length }),
    play: (isPlaying) => send({ kind: isPlaying ? "play" : "stop", length }),
    ...(place.isOpen && found !== undefined ? found : {}),
    ...(path === undefined ? {} : { path }),
    ...(step === undefined ? {} : { step }),
  };
}

function stepOf({ begins, steps }: ChartPath, { at }: Place): NonNullable<PlayerState["step"]> {
  const step = steps[at - 1];
  return step === undefined ? { active: begins, taken: [] } : { active: step.active, taken: [step.edge.id] };
}
