/** Gestures: what wheel, drag, pinch and keys ask of a viewport. */
import { type PointerEvent, type RefObject, useEffect, useRef } from "react";
import type { Move, Spot } from "./moves.ts";
import { panned, zoomed } from "./viewport.ts";

/** A wheel is told from two fingers on a pad by how it counts: in whole lines, or up and down alone. */
export function useWheel(frame: RefObject<Element | null>, move: Move): void {
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const onWheel = (event: Event): void => {
      const { clientX, clientY, deltaX, deltaY, deltaMode, ctrlKey, shiftKey } = event as WheelEvent;
      event.preventDefault();
      const unit = deltaMode === 0 ? 1 : 30;
      if (!ctrlKey && (shiftKey || deltaX !== 0))
        return move((view) => panned(view, -(deltaX + (shiftKey ? deltaY : 0)) * unit, shiftKey ? 0 : -deltaY * unit));
      const { left, top } = element.getBoundingClientRect();
      const by = Math.exp(-deltaY * unit * (ctrlKey ? 0.01 : 0.0015));
      move((view) => zoomed(view, { x: clientX - left, y: clientY - top }, by));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [frame, move]);
}

const middle = (spots: readonly Spot[]): Spot => ({
  x: spots.reduce((sum, { x }) => sum + x, 0) / spots.length,
  y: spots.reduce((sum, { y }) => sum + y, 0) / spots.length,
});

const spread = ([a, b]: readonly Spot[]): number =>
  a === undefined || b === undefined ? 0 : Math.hypot(a.x - b.x, a.y - b.y);

/** One pointer drags, two pinch. A press that does not move stays a click. */
export function useDrag(frame: RefObject<Element | null>, move: Move) {
  const held = useRef(new Map<number, Spot>());
  const spots = (): readonly Spot[] => {
    const { left, top } = frame.current?.getBoundingClientRect() ?? { left: 0, top: 0 };
    return [...held.current.values()].map(({ x, y }) => ({ x: x - left, y: y - top }));
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button === 0) held.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (!held.current.has(event.pointerId)) return;
    const before = spots();
    held.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const after = spots();
    const [from, to] = [middle(before), middle(after)];
    const by = spread(before) > 0 ? spread(after) / spread(before) : 1;
    if (Math.hypot(to.x - from.x, to.y - from.y) > 2) event.currentTarget.setPointerCapture(event.pointerId);
    move((view) => zoomed(panned(view, to.x - from.x, to.y - from.y), to, by));
  };
  const onPointerUp = (event: PointerEvent): void => {
    held.current.delete(event.pointerId);
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onLostPointerCapture: onPointerUp };
}
