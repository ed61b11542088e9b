/** Actor nodes: the actors that live at a moment, as the tree of a page shows them. */
import { activeStates } from "../../src/charts/chart.ts";
import type { Attempt } from "../../src/contracts/acts.ts";
import type { Ledger } from "../../src/contracts/budget.ts";
import { ORCHESTRATOR, type ToolName } from "../../src/contracts/ids.ts";
import type { ActorNode } from "../../src/contracts/inspection.ts";
import type { Snapshot } from "../kernel/logic.ts";
import type { ActorRecord } from "../kernel/registry.ts";

/** What is looked at of an actor. */
export type Standing = Pick<ActorRecord, "id" | "kind" | "parent"> & { readonly snapshot: Snapshot };

/** The orchestrator first; a run may have thousands. */
export const MOST_ACTORS = 1_000;

export function actorNodes(actors: readonly Standing[], ledger: Ledger): readonly ActorNode[] {
  const spent = new Map(ledger.parts.map((part) => [part.name, part.spent]));
  return actors.slice(0, MOST_ACTORS).map((actor) => actorNode(actor, spent, ledger));
}

function actorNode(
  { id, kind, parent, snapshot }: Standing,
  parts: ReadonlyMap<string, Ledger["spent"]>,
  ledger: Ledger,
): ActorNode {
  const { attempt, tool } = snapshot.context as { readonly attempt?: Attempt; readonly tool?: ToolName };
  const spent = id === ORCHESTRATOR ? ledger.spent : parts.get(`task:${attempt?.task}`);
  const isAgent = kind === "agent";
  return {
    id,
    chart: kind,
    ...(parent === null ? {} : { parent }),
    active: leaves(activeStates(snapshot)),
    status: snapshot.status,
    ...(attempt === undefined ? {} : { agent: attempt.agent, task: attempt.task }),
    ...(kind === "tool-gate" && tool !== undefined ? { tool } : {}),
    ...(spent !== undefined && (isAgent || id === ORCHESTRATOR) ? { spent } : {}),
  };
}

/** A state that is active because one in it is goes without saying. */
const leaves = (active: readonly string[]): readonly string[] =>
  active.filter((state) => !active.some((other) => other.startsWith(`${state}.`)));
