/** Every path of the approval in a real run, with the process dying after every move. */
import { expect, it } from "vitest";
import { approvalDrive } from "../support/approval-driver.ts";
import { approvalPaths, questionKinds } from "../support/approval-paths.ts";
import { driveWithDeaths } from "../support/path-driver.ts";

it.each(questionKinds)("R1 a question to %s ends as it should, wherever the process dies", async (kind) => {
  for (const path of approvalPaths(kind)) {
    const { deaths } = await driveWithDeaths(path, approvalDrive(kind));
    expect(deaths).toBeGreaterThanOrEqual(path.steps.length);
  }
});
