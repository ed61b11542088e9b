/** Lanes: where the messages of a sequence stand, and which of them are in sight. */
import type { Sequence, SequenceMessage } from "../../../../src/contracts/inspection.ts";
import type { Seq } from "../../../../src/contracts/units.ts";

export const ROW = 34;
/** At the left, for number and time. */
export const GUTTER = 104;
export const HEADS = 44;
/** Lanes share the width there is, as long as each has room for words. */
const LANE = { least: 136, most: 240 } as const;
const OVERSCAN = 6;

export const laneOf = (width: number, lanes: number): number =>
  Math.floor(Math.min(LANE.most, Math.max(LANE.least, (width - GUTTER) / Math.max(1, lanes))));

export interface Sight {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Rows and lanes in sight: from, and up to but not. */
export interface Seen {
  readonly rows: readonly [from: number, to: number];
  readonly lanes: readonly [from: number, to: number];
}

const span = (from: number, size: number, unit: number, count: number): readonly [number, number] => [
  Math.max(0, Math.min(count, Math.floor(from / unit) - OVERSCAN)),
  Math.max(0, Math.min(count, Math.ceil((from + size) / unit) + OVERSCAN)),
];

export const seenOf = (
  { top, left, width, height }: Sight,
  { messages, lanes }: { readonly messages: number; readonly lanes: number },
): Seen => ({
  rows: span(top, height, ROW, messages),
  lanes: span(left, width, laneOf(width, lanes), lanes),
});

/** The middle of the n-th lane. */
export const middleOf = (n: number, lane: number): number => GUTTER + n * lane + lane / 2;

/** How many messages are at `seq` or before it: the line of the moment stands under them. */
export function passedAt(messages: readonly Pick<SequenceMessage, "seq">[], seq: Seq): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Arrow {
  readonly message: SequenceMessage;
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly isSelf: boolean;
}

/** The messages in sight, between the middles of their lanes. One of an unknown lane is left out. */
export function arrowsOf({ lanes, messages }: Sequence, [first, last]: Seen["rows"], lane: number): readonly Arrow[] {
  const places = new Map(lanes.map(({ id }, n) => [id, n]));
  return messages.slice(first, last).flatMap((message, n) => {
    const [from, to] = [places.get(message.from), places.get(message.to)];
    if (from === undefined || to === undefined) return [];
    return [{ message, row: first + n, from: middleOf(from, lane), to: middleOf(to, lane), isSelf: from === to }];
  });
}

/** Entries that are kept in the page, and by how many they grow. */
const MOST = 1_500;
const STEP = 500;

export interface Range {
  readonly from: Seq;
  readonly to: Seq;
}

/** Other entries to ask for, where the moment or what is scrolled to is not among those that are there. */
export function wantedRange(
  { from, to }: Range,
  { seq, head, near }: { readonly seq: Seq; readonly head: Seq; readonly near: "top" | "bottom" | undefined },
): Range | undefined {
  const range = (first: number, last: number): Range => ({
    from: Math.max(1, first) as Seq,
    to: Math.min(head, last) as Seq,
  });
  if (near === "top" && from > 1) return range(from - STEP, Math.min(to, from - STEP + MOST));
  if (near === "bottom" && to < head) return range(Math.max(from, to + STEP - MOST), to + STEP);
  if (near === undefined && (seq < from - 1 || seq > to)) return range(seq - STEP / 2, seq + STEP / 2);
  return undefined;
}
