/** Actor name: what an actor is called in a list. */
import type { ActorNode } from "../../../../src/contracts/inspection.ts";

/** Who it is: its agent, its tool, or what is left of its id under its parent's: of a number, the number of its chart. */
export function nameOf({ id, chart, agent, tool, parent }: ActorNode): string {
  if (tool !== undefined) return tool;
  if (agent !== undefined) return agent;
  const rest = parent !== undefined && id.startsWith(`${parent}/`) ? id.slice(parent.length + 1) : id;
  return /^\d+$/.test(rest) ? `${chart} ${rest}` : rest;
}
