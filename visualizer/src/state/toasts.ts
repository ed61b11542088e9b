/** Toasts: short words at the edge, one of a kind at a time, the last four. */
import type { Tone } from "./tone.ts";

export interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
}

export interface ToastState {
  readonly next: number;
  readonly toasts: readonly Toast[];
}

export type ToastChange =
  | { readonly kind: "say"; readonly tone: Tone; readonly text: string }
  | { readonly kind: "dismiss"; readonly id: number };

export const NO_TOASTS: ToastState = { next: 1, toasts: [] };

export function reduceToasts({ next, toasts }: ToastState, change: ToastChange): ToastState {
  if (change.kind === "dismiss") return { next, toasts: toasts.filter(({ id }) => id !== change.id) };
  const { tone, text } = change;
  const others = toasts.filter((toast) => toast.text !== text);
  return { next: next + 1, toasts: [...others, { id: next, tone, text }].slice(-4) };
}
