/**
 * Window: which rows of a long list are in sight.
 *
 * W1  A list of any length fits: beyond what a browser can make tall, one step of the scroll bar is more than one row.
 */
export interface Sight {
  /** Of the scroll bar, and of what it looks through; pixels. */
  readonly top: number;
  readonly size: number;
}

export interface Extent {
  readonly count: number;
  /** Of one row. */
  readonly height: number;
}

/** Browsers make nothing taller than some 33 million pixels; some, 17. */
const TALLEST = 15_000_000;
const OVERSCAN = 10;

export const tallness = ({ count, height }: Extent): number => Math.min(count * height, TALLEST);

/** Pixels of the list for one of the scroll bar. */
function scaleOf(extent: Extent, size: number): number {
  const all = extent.count * extent.height;
  return all <= TALLEST ? 1 : (all - size) / (TALLEST - size);
}

export interface Rows {
  readonly first: number;
  /** The one after the last. */
  readonly end: number;
  /** Where the first is drawn. */
  readonly offset: number;
}

export function rowsIn({ top, size }: Sight, extent: Extent): Rows {
  const { count, height } = extent;
  const at = top * scaleOf(extent, size);
  const first = Math.max(0, Math.min(Math.floor(at / height) - OVERSCAN, count - 1));
  const end = Math.min(count, Math.ceil((at + size) / height) + OVERSCAN);
  return { first, end, offset: first * height - at + top };
}

/** Where the scroll bar must be for a row to be in sight: from nearby as little away as possible, from afar in the middle. */
export function topFor(place: number, { top, size }: Sight, extent: Extent): number {
  const { height } = extent;
  const scale = scaleOf(extent, size);
  const at = top * scale;
  const above = at - place * height;
  const below = (place + 1) * height - at - size;
  if (Math.max(above, below) > 3 * height) return Math.max(0, place * height - (size - height) / 2) / scale;
  if (above > 0) return (at - above) / scale;
  return below > 0 ? (at + below) / scale : top;
}
