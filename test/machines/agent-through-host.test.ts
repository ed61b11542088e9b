/** Every path of the agent in a real run, with the process dying after every move. */
import { expect, it } from "vitest";
import { agentDrive } from "../support/agent-driver.ts";
import { type AgentPath, agentPaths } from "../support/agent-paths.ts";
import { driveWithDeaths } from "../support/path-driver.ts";

const groups = Map.groupBy(agentPaths(), ({ steps }: AgentPath) => String(steps[1]?.event.type));

it.each([...groups])(
  "R1 an attempt that begins with %s ends as it should, wherever the process dies",
  async (_, paths) => {
    for (const path of paths) {
      const { deaths } = await driveWithDeaths(path, agentDrive as never);
      expect(deaths).toBeGreaterThan(2);
    }
  },
);
