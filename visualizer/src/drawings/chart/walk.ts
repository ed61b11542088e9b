/** Walk: where the keyboard goes in a chart: up and down its states, left and right along the ways of one. */
import type { Drawing } from "./elk.ts";

interface Stop {
  readonly state: string;
  readonly ways: readonly string[];
}

export function stopsOf({ boxes, ways }: Drawing): readonly Stop[] {
  const from = Map.groupBy(ways, ({ way }) => way.from);
  return boxes
    .filter(({ box }) => box.kind !== "beginning")
    .map(({ box }) => ({ state: box.id, ways: (from.get(box.id) ?? []).map(({ way }) => way.id) }));
}

/** The next to be focused; the same where there is none. */
export function walked(drawing: Drawing, at: string | undefined, key: string): string | undefined {
  const stops = stopsOf(drawing);
  const n = stops.findIndex(({ state, ways }) => state === at || (at !== undefined && ways.includes(at)));
  const stop = stops[n];
  if (stop === undefined || at === undefined) return stops[0]?.state;
  const way = stop.ways.indexOf(at);
  switch (key) {
    case "ArrowDown":
      return stops[n + 1]?.state ?? at;
    case "ArrowUp":
      return way >= 0 ? stop.state : (stops[n - 1]?.state ?? at);
    case "ArrowRight":
      return stop.ways[way + 1] ?? at;
    case "ArrowLeft":
      return way <= 0 ? stop.state : (stop.ways[way - 1] ?? at);
    case "Home":
      return stops[0]?.state;
    case "End":
      return stops.at(-1)?.state;
    case "Enter":
      return drawing.ways.find((one) => one.way.id === at)?.way.to ?? at;
    default:
      return at;
  }
}
