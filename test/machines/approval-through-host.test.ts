/** Every path of the approval in a real run, with the process dying after every move. */
import { expect, it } from "vitest";
import { approvalDrive } from "../support/approval-driver.ts";
import { approvalPaths, cases } from "../support/approval-paths.ts";
import { driveWithDeaths } from "../support/path-driver.ts";

it.each(cases)(
  "R1 F-APP-06 a question to %s, of %i, ends as it should, wherever the process dies",
  async (kind, of) => {
    for (const path of approvalPaths(kind, of)) {
      const { deaths } = await driveWithDeaths(path, approvalDrive(kind, of));
      expect(deaths).toBeGreaterThanOrEqual(path.steps.length);
    }
  },
);
