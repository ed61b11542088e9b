/** Words of a sequence: what a message says on its arrow, and what is said of it. */
import type { Sequence, SequenceMessage } from "../../../../src/contracts/inspection.ts";
import { clock } from "../../state/format.ts";
import { clip, said } from "../text.ts";
import { type Arrow, GUTTER } from "./lanes.ts";

/** A letter of the label, which has a size of 11. */
const LETTER = 6.85;
const MARGIN = 26;
const LEAST = 80;

/** Of an arrow, the part that is in sight. */
export interface Shown {
  readonly middle: number;
  readonly room: number;
}

/** Where a label stands: in the middle of what is to be seen of its arrow. */
export function shownOf(
  { from, to }: Arrow,
  { left, width }: { readonly left: number; readonly width: number },
): Shown {
  const [start, end] = [Math.min(from, to), Math.max(from, to)];
  const [first, last] = [Math.max(start, left + GUTTER), Math.min(end, left + width)];
  if (last - first < LEAST) return { middle: (start + end) / 2, room: end - start };
  return { middle: (first + last) / 2, room: last - first };
}

/** At which side all of an arrow is out of sight, if it is. */
export function beyond(
  { from, to }: Arrow,
  { left, width }: { readonly left: number; readonly width: number },
): "left" | "right" | undefined {
  if (Math.max(from, to) < left + GUTTER) return "left";
  return Math.min(from, to) > left + width ? "right" : undefined;
}

/** As much of the label as there is room for. */
export function labelOf({ message }: Arrow, room: number): string {
  const label = message.refused === true ? `✕ ${message.label}` : message.label;
  return clip(label, Math.max(6, Math.floor((room - MARGIN) / LETTER)));
}

const KINDS: { readonly [Kind in SequenceMessage["kind"]]: string } = {
  message: "message",
  request: "request",
  reply: "reply",
  effect: "effect",
  outcome: "outcome",
  signal: "signal",
  timer: "timer",
};

export function messageWords({ lanes }: Sequence, message: SequenceMessage): readonly string[] {
  const name = (id: string): string => clip(lanes.find((lane) => lane.id === id)?.label ?? id, 60);
  return [
    `#${message.seq} ${clock(message.at)} ${KINDS[message.kind]}${message.refused === true ? ", refused" : ""}`,
    `${name(message.from)} → ${name(message.to)}`,
    said(message.label),
  ];
}
