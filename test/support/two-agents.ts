/** Two agents, the second of which is given what the first says, under the name of its task. */
import type { OrchestratorConfig } from "../../index.ts";

type Config = Omit<OrchestratorConfig, "name">;
type Agent = Config["agents"][string];

export const twoAgents = (first: Agent, second: Agent, more: Partial<Config> = {}): Config => ({
  agents: { [first.name]: first, [second.name]: second },
  planner: {
    tasks: [
      { id: "a", agent: first.name, optional: true },
      { id: "b", agent: second.name, needs: ["a"] },
    ],
  },
  ...more,
});
