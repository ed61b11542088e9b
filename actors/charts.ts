/** Charts: the statecharts of a run by name, and those of agents that are charts themselves, as `mind:<agent>`. */
import type { AnyStateMachine } from "xstate";
import { agentMachine } from "../machines/agent.ts";
import { approvalMachine } from "../machines/approval.ts";
import { orchestratorMachine } from "../machines/orchestrator.ts";
import { toolGateMachine } from "../machines/tool-gate.ts";
import type { AnyAgent } from "./define-agent.ts";
import { type Logic, logicOf, tabulated } from "./kernel/logic.ts";

const charts: Readonly<Record<string, AnyStateMachine>> = {
  orchestrator: orchestratorMachine,
  agent: agentMachine,
  "tool-gate": toolGateMachine,
  approval: approvalMachine,
};

export function logicsOf(agents: Iterable<AnyAgent>): ReadonlyMap<string, Logic> {
  const logics = new Map(Object.entries(charts).map(([kind, machine]) => [kind, tabulated(machine)]));
  for (const agent of agents) if (agent.machine !== undefined) logics.set(`mind:${agent.name}`, logicOf(agent.machine));
  return logics;
}
