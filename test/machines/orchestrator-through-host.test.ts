/** Every path of the orchestrator in a real run, with the process dying after every move. */
import { expect, it } from "vitest";
import { runPaths } from "../support/orchestrator-paths.ts";
import { driveWithDeaths } from "../support/path-driver.ts";
import { runDrive } from "../support/run-driver.ts";
import { runVariants } from "../support/run-variants.ts";

it.each(runVariants)("R1 a run of $name goes on as it should, wherever the process dies", async (variant) => {
  for (const path of runPaths(variant)) {
    const { deaths } = await driveWithDeaths(path, runDrive(variant) as never);
    expect(deaths).toBeGreaterThan(1);
  }
});
