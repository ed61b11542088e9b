/** Viewport: which part of a drawing is seen, and how large. Moves of it are functions; a canvas carries them out. */

export interface Viewport {
  readonly x: number;
  readonly y: number;
  /** Pixels of the window for one of the drawing. */
  readonly scale: number;
}

export interface Extent {
  readonly width: number;
  readonly height: number;
}

export interface Area extends Extent {
  readonly x: number;
  readonly y: number;
}

export const SCALE = { least: 0.05, most: 4, fitted: 1.25 } as const;
const MARGIN = 12;

const within = (scale: number): number => Math.min(SCALE.most, Math.max(SCALE.least, scale));

/** The whole drawing in the middle of the window, never larger than is pleasant to read. */
export function fitted({ width, height }: Extent, window: Extent): Viewport {
  if (width <= 0 || height <= 0 || window.width <= 0 || window.height <= 0) return { x: 0, y: 0, scale: 1 };
  const [across, down] = [(window.width - MARGIN * 2) / width, (window.height - MARGIN * 2) / height];
  const scale = within(Math.min(across, down, SCALE.fitted));
  return { scale, x: (window.width - width * scale) / 2, y: (window.height - height * scale) / 2 };
}

/** Larger or smaller by a factor; what is under `at` stays under it. */
export function zoomed(
  { x, y, scale }: Viewport,
  at: { readonly x: number; readonly y: number },
  by: number,
): Viewport {
  const next = within(scale * by);
  const share = next / scale;
  return { scale: next, x: at.x - (at.x - x) * share, y: at.y - (at.y - y) * share };
}

export const panned = ({ x, y, scale }: Viewport, dx: number, dy: number): Viewport => ({
  x: x + dx,
  y: y + dy,
  scale,
});

/** Moved as little as needed for an area of the drawing to be seen. */
export function revealing(view: Viewport, area: Area, window: Extent): Viewport {
  const shift = (from: number, size: number, room: number): number => {
    const over = from + size - (room - MARGIN);
    if (from < MARGIN || size > room - MARGIN * 2) return MARGIN - from;
    return over > 0 ? -over : 0;
  };
  const [left, top] = [area.x * view.scale + view.x, area.y * view.scale + view.y];
  return panned(
    view,
    shift(left, area.width * view.scale, window.width),
    shift(top, area.height * view.scale, window.height),
  );
}

/** How much is legible: names alone, or the small print too. */
export const legibility = ({ scale }: Viewport): "far" | "near" => (scale < 0.45 ? "far" : "near");
