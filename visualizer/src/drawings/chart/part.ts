/** Part: what the parts of a chart's scene are given, and how they answer to pointer and keyboard. */
import type { Standing } from "./guard-words.ts";

/** How a box or a way is shown at this moment. */
export interface Show {
  readonly isLit: boolean;
  readonly isTaken: boolean;
  readonly standing?: Standing;
  /** 0 to WARMEST of heat.ts, and how often. */
  readonly warmth: number;
  readonly visits: number;
  readonly words: string;
}

export interface PartProps {
  /** Of this chart on the page: its elements' ids begin with it. */
  readonly prefix: string;
  readonly show: (id: string) => Show;
  /** Changes with each step, so that its way is animated anew. */
  readonly step: number | string;
  readonly focus: string | undefined;
  readonly onFocus: (id: string) => void;
  readonly onHover: (id: string | undefined) => void;
  readonly onFold: (id: string) => void;
}

export const classes = (...names: readonly (string | false | undefined)[]): string =>
  names.filter((name) => typeof name === "string").join(" ");

/** Of the shapes that a pointer or a key can be at; words stand beside them. One part of the scene is in the order of Tab at a time; the arrows lead from it to the others. */
export function handlers(id: string, { prefix, focus, onFocus, onHover }: PartProps) {
  return {
    id: `${prefix}-${id}`,
    className: "chart-press",
    tabIndex: focus === id ? 0 : -1,
    onFocus: () => onFocus(id),
    onClick: () => onFocus(id),
    onPointerEnter: () => onHover(id),
    onPointerLeave: () => onHover(undefined),
  };
}
