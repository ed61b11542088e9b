/** Planning: asks the application's planner for a plan, and takes its answer for no more than it is. */
import type { PlanInput, Planned } from "../machines/orchestrator-events.ts";
import { messageOf, RuntimeError } from "../src/contracts/errors.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Plan, PlanFault } from "../src/contracts/plan.ts";
import type { CodecPort } from "../src/contracts/ports.ts";
import type { PromptUse } from "../src/contracts/prompts.ts";
import type { AgentGrant } from "../src/contracts/settings.ts";
import type { EffectContext, Estimate } from "../src/contracts/tools.ts";
import { costSaid } from "../src/decisions/evaluation.ts";
import { faultsOf } from "../src/decisions/plan.ts";
import type { AnyAgent } from "./define-agent.ts";
import { giveOut, takeIn } from "./values.ts";

/** What a planner is told. */
export interface PlanRequest {
  readonly objective: string;
  readonly input: Json;
  readonly agents: readonly { readonly name: string; readonly description?: string }[];
  /** What was wrong with the last plan, or with its result. */
  readonly findings: PlanInput["findings"];
  /** Outputs of tasks completed under earlier plans; a new plan may need them by id. */
  readonly completed: { readonly [task: string]: Json };
  /** 1 for the first plan. */
  readonly number: number;
}

/** A plan that had a price. The plan is looked at as if anybody had written it. */
export interface PricedPlan extends Estimate {
  readonly plan: unknown;
  /** What is wrong with it, beside what the rules of plans find. */
  readonly faults?: readonly PlanFault[];
}

/** A planner that costs something: what one plan can cost at most is held before it is asked. */
export interface PricedPlanner {
  readonly plan: (request: PlanRequest, context: EffectContext) => PricedPlan | Promise<PricedPlan>;
  /** The most one plan can cost. Absent: free. */
  readonly estimate?: Estimate;
  /** The words of a model that plans. */
  readonly prompt?: PromptUse;
}

/** A fixed plan, or somebody who makes one. They may be asked again for the same plan after a crash, with the same key. */
export type Planner = Plan | ((request: PlanRequest, context: EffectContext) => Plan | Promise<Plan>) | PricedPlanner;

export const isFixed = (planner: Planner): planner is Plan => typeof planner !== "function" && !("plan" in planner);

export interface PlanningPorts {
  readonly agents: ReadonlyMap<string, AnyAgent>;
  readonly grants: readonly AgentGrant[];
  readonly planner: Planner;
  readonly codec: CodecPort;
}

const NO_PLAN: Plan = { tasks: [] };

export function plan(ports: PlanningPorts, input: PlanInput, context: EffectContext): Planned | Promise<Planned> {
  const { planner } = ports;
  // There is no money for it: nobody is asked.
  if (input.unpaid === true) return { plan: NO_PLAN, faults: [], unpaid: true };
  if (isFixed(planner)) return sound(ports, input, planner);
  const failed = (error: unknown): never => {
    throw error instanceof RuntimeError
      ? error
      : new RuntimeError("planner.failed", `the planner failed: ${messageOf(error)}`, { cause: error });
  };
  try {
    const request = requestOf(ports, input);
    if (typeof planner === "function") {
      const made = planner(request, context);
      return made instanceof Promise ? made.then((one) => sound(ports, input, one), failed) : sound(ports, input, made);
    }
    const made = planner.plan(request, context);
    const priced = ({ plan: one, faults, ...said }: PricedPlan): Planned => ({
      ...sound(ports, input, one, faults),
      ...(planner.estimate === undefined ? {} : { cost: costSaid(planner.estimate, said) }),
    });
    return made instanceof Promise ? made.then(priced, failed) : priced(made);
  } catch (error) {
    return failed(error);
  }
}

function sound(
  { grants, codec }: PlanningPorts,
  { completed }: PlanInput,
  made: unknown,
  said: readonly PlanFault[] = [],
): Planned {
  const { value } = takeIn(made, "the plan", codec);
  const taken = value as unknown as Plan;
  // Who has said what is wrong with it has said why there is nothing in it.
  const faults = said.length > 0 ? said : faultsOf(taken, grants, new Set(Object.keys(completed)));
  // What is no plan at all is not kept as one.
  return { plan: typeof value === "object" && value !== null ? taken : NO_PLAN, faults };
}

function requestOf({ agents, codec }: PlanningPorts, input: PlanInput): PlanRequest {
  const { objective, findings, completed, number } = input;
  return {
    objective,
    input: giveOut(input.input, codec) as Json,
    agents: [...agents.values()].map(({ name, description }) => ({
      name,
      ...(description === undefined ? {} : { description }),
    })),
    findings,
    completed,
    number,
  };
}
