/** Moves: what keys ask of a viewport. */
import { panned, type Viewport, zoomed } from "./viewport.ts";

export type Move = (change: (view: Viewport) => Viewport) => void;

export interface Spot {
  readonly x: number;
  readonly y: number;
}

const STEP = 60;

/** `+`, `-` and, with Shift, the arrows. Says whether the key was one of them. */
export function keyMove(
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
  at: Spot,
): Parameters<Move>[0] | undefined {
  if (key === "+" || key === "=") return (view) => zoomed(view, at, 1.25);
  if (key === "-" || key === "_") return (view) => zoomed(view, at, 0.8);
  if (!shiftKey) return undefined;
  if (key === "ArrowLeft") return (view) => panned(view, STEP, 0);
  if (key === "ArrowRight") return (view) => panned(view, -STEP, 0);
  if (key === "ArrowUp") return (view) => panned(view, 0, STEP);
  if (key === "ArrowDown") return (view) => panned(view, 0, -STEP);
  return undefined;
}
