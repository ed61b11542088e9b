/** Office: a lead, a scout and a clerk, and what comes of the work they hand to each other. */
import { type AgentContext, type Delegated, defineAgent, defineTool, type OrchestratorConfig } from "../../index.ts";
import { finish, house } from "./house.ts";

const look = defineTool({ name: "look", effect: "read", run: ({ at }: { at: string }) => `seen ${at}` });
const pay = defineTool({
  name: "pay",
  effect: "once",
  estimate: () => ({ costUsd: 0.25 }),
  run: ({ to }: { to: string }) => `paid ${to}`,
});

type Work = (context: AgentContext<readonly [typeof look, typeof pay]>, objective: string) => unknown;

interface People {
  readonly lead: Work;
  readonly scout?: Work;
  readonly clerk?: Work;
  readonly more?: Partial<OrchestratorConfig>;
}

/** A lead who may ask a scout, who may ask a clerk. All may look and pay. */
export function office({ lead, scout = () => "scouted", clerk = () => "done", more = {} }: People) {
  const agent = (name: string, work: Work, delegates: readonly string[]) =>
    defineAgent({
      name,
      tools: [look, pay],
      delegates,
      reads: ["facts/*"],
      writes: ["facts/*"],
      run: ({ objective }, context) => work(context, objective),
    });
  return house({
    name: "office",
    agents: {
      lead: agent("lead", lead, ["scout", "clerk"]),
      scout: agent("scout", scout, ["clerk"]),
      clerk: agent("clerk", clerk, []),
    },
    planner: { tasks: [{ id: "t", agent: "lead", accountable: "maria", retries: 0 }] },
    retries: 0,
    ...more,
  });
}

export async function told(people: People, objective = "the whole") {
  const home = office(people);
  const run = await home.orchestrator.start({ objective });
  const report = await finish(home, run);
  return { home, run, report };
}

export const outputOf = (outcome: Delegated) => (outcome.kind === "completed" ? outcome.output : outcome.failure.code);
