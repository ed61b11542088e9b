/** Actor name: what an actor is called in a list. */
import type { ActorNode } from "../../../../src/contracts/inspection.ts";

/** Who it is: its agent, its tool, or what is left of its id under its parent's. */
export function nameOf({ id, agent, tool, parent }: ActorNode): string {
  if (tool !== undefined) return tool;
  if (agent !== undefined) return agent;
  return parent !== undefined && id.startsWith(`${parent}/`) ? id.slice(parent.length + 1) : id;
}
