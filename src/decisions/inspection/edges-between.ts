/**
 * Edges between: which edges of a chart may have led along a path of states?
 *
 * E1  Every edge that was taken is among them. Where several lead from one state to the next, all that fit are named.
 */
import type { Chart, ChartEdge } from "../../contracts/inspection.ts";

/** `path` as a journal says it; its first state is empty where the actor was born. */
export function edgesBetween(
  { edges, states }: Chart,
  path: readonly string[],
  events?: ReadonlySet<string>,
): readonly ChartEdge["id"][] {
  const initials = new Map(states.map(({ id, initial }) => [id, initial]));
  const leafOf = (state: string): string => {
    const inner = initials.get(state);
    return inner === undefined ? state : leafOf(inner);
  };
  const fits = ({ id, source, target, kind }: ChartEdge, from: string, to: string): boolean =>
    target !== undefined &&
    (source === "" || from === source || from.startsWith(`${source}.`)) &&
    (leafOf(target) === to || to.startsWith(`${target}.`)) &&
    (events === undefined || kind === "always" || events.has(eventOf(id, source)));
  return [
    ...new Set(
      path.slice(1).flatMap((to, step) => {
        const from = path[step] ?? "";
        return from === "" ? [] : edges.filter((edge) => fits(edge, from, to)).map(({ id }) => id);
      }),
    ),
  ];
}

/** The event in an edge's id: what stands between its source and its number. */
const eventOf = (id: string, source: string): string => id.slice(source.length + 1, id.lastIndexOf("/"));
