/** Canvas: a drawing that is moved with wheel, drag, pinch and keys. Its content is not drawn anew when it moves. */
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useDrag, useWheel } from "./gestures.ts";
import { keyMove } from "./moves.ts";
import { type Area, type Extent, fitted, legibility, revealing, type Viewport, zoomed } from "./viewport.ts";
import "./canvas.css";

export interface CanvasProps {
  readonly label: string;
  readonly size: Extent;
  /** Another one, and the whole drawing is shown again. */
  readonly fitKey: unknown;
  /** Brought into sight when it changes. */
  readonly reveal?: Area;
  readonly onKey?: (event: KeyboardEvent) => void;
  readonly onWindow?: (window: Extent) => void;
  readonly children: ReactNode;
}

/** Size of an element, as it changes. */
function useExtent(frame: { readonly current: Element | null }): Extent {
  const [extent, setExtent] = useState<Extent>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const read = (): void => setExtent({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => observer.disconnect();
  }, [frame]);
  return extent;
}

export function Canvas({ label, size, fitKey, reveal, onKey, onWindow, children }: CanvasProps) {
  const frame = useRef<HTMLDivElement>(null);
  const window = useExtent(frame);
  const [view, setView] = useState<Viewport>({ x: 0, y: 0, scale: 1 });
  /** Whoever has moved the drawing keeps the place when the window changes. */
  const moved = useRef(false);
  const move = useCallback((change: (view: Viewport) => Viewport) => {
    moved.current = true;
    setView(change);
  }, []);
  const showAll = useCallback(() => {
    moved.current = false;
    setView(fitted({ width: size.width, height: size.height }, { width: window.width, height: window.height }));
  }, [size.width, size.height, window.width, window.height]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another drawing is shown whole
  useLayoutEffect(() => {
    moved.current = false;
  }, [fitKey]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: also for another drawing of the same size
  useLayoutEffect(() => {
    if (!moved.current) showAll();
  }, [showAll, fitKey]);
  useEffect(() => onWindow?.(window), [onWindow, window]);
  useEffect(() => {
    if (reveal !== undefined) setView((now) => revealing(now, reveal, window));
  }, [reveal, window]);
  useWheel(frame, move);
  const drag = useDrag(frame, move);
  const centre = { x: window.width / 2, y: window.height / 2 };
  const onKeyDown = (event: KeyboardEvent): void => {
    const change = keyMove(event, centre);
    if (change !== undefined) move(change);
    else if (event.key === "0") showAll();
    else return onKey?.(event);
    event.preventDefault();
  };
  return (
    <div className="canvas">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only moves what is in it; the buttons below do the same */}
      <div className="canvas-frame" ref={frame} {...drag} onKeyDown={onKeyDown} role="presentation">
        <svg className="canvas-svg" data-legibility={legibility(view)} role="group" aria-label={label}>
          <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>{children}</g>
        </svg>
      </div>
      <div className="canvas-zoom">
        <button
          type="button"
          aria-label="Zoom in"
          title="Zoom in (+)"
          onClick={() => move((now) => zoomed(now, centre, 1.25))}
        >
          +
        </button>
        <button
          type="button"
          aria-label="Zoom out"
          title="Zoom out (-)"
          onClick={() => move((now) => zoomed(now, centre, 0.8))}
        >
          −
        </button>
        <button type="button" aria-label="Show all" title="Show all (0)" onClick={showAll}>
          ⤢
        </button>
      </div>
    </div>
  );
}
