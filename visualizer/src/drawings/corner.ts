/** Corner: where a card about something stands without covering it: across from it. */
import type { Area, Extent } from "./canvas/viewport.ts";

export type Corner = "left-bottom" | "left-top" | "right-bottom" | "right-top";

export function cornerFor({ x, y, width, height }: Area, drawing: Extent): Corner {
  const side = x + width / 2 > drawing.width / 2 ? "left" : "right";
  const end = y + height / 2 > drawing.height / 2 ? "top" : "bottom";
  return `${side}-${end}`;
}
