/** Every path of the tool gate in a real run, with the process dying after every move. */
import { expect, it } from "vitest";
import { gateDrive } from "../support/gate-driver.ts";
import { type GatePath, gatePaths } from "../support/gate-paths.ts";
import { driveWithDeaths } from "../support/path-driver.ts";

const groups = Map.groupBy(gatePaths(), ({ steps }: GatePath) =>
  String(steps[1]?.snapshot.context.judgement?.effect ?? "unknown"),
);

it.each([...groups])("R1 a call of effect %s settles as it should, wherever the process dies", async (_, paths) => {
  for (const path of paths) {
    const { deaths } = await driveWithDeaths(path, gateDrive as never);
    expect(deaths).toBeGreaterThan(3);
  }
});
