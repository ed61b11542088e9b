/** Edge tracer: one transition of any machine, and the edges it took. Nothing is performed. */
import type { AnyMachineSnapshot, AnyStateMachine } from "xstate";
import type { ChartEdge } from "../contracts/inspection.ts";
import { type AskedAction, INIT, type Scope, tracer } from "../testing/chart-transitions.ts";
import { edgeIdsOf } from "./chart.ts";

export interface Traced {
  readonly snapshot: AnyMachineSnapshot;
  readonly asked: readonly AskedAction[];
  readonly edges: readonly ChartEdge["id"][];
}

export interface EdgeTracer {
  initial(id: string, input: unknown): Traced;
  /** @throws what a guard or an action throws. */
  apply(id: string, snapshot: AnyMachineSnapshot, event: { readonly type: string }): Traced;
}

export function edgeTracer(machine: AnyStateMachine): EdgeTracer {
  const run = tracer(machine, edgeIdsOf(machine));
  const trace = (id: string, event: { readonly type: string }, transition: (scope: Scope) => unknown): Traced => {
    const { snapshot, asked, taken } = run(event, (scope) => transition(named(scope, id)));
    return { snapshot, asked, edges: taken };
  };
  return {
    initial: (id, input) => trace(id, INIT, (scope) => machine.getInitialSnapshot(scope, input)),
    apply: (id, snapshot, event) => trace(id, event, (scope) => machine.transition(snapshot, event, scope)),
  };
}

/** A chart may look at the id of its actor. */
function named(scope: Scope, id: string): Scope {
  for (const one of [scope, scope.self] as { id: string; sessionId: string }[])
    Object.assign(one, { id, sessionId: id });
  return scope;
}
