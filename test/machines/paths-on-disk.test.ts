/** A sample of the paths of every chart in real runs on an SQLite file, which each new process opens anew. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import { agentDrive } from "../support/agent-driver.ts";
import { agentPaths } from "../support/agent-paths.ts";
import { approvalDrive } from "../support/approval-driver.ts";
import { approvalPaths } from "../support/approval-paths.ts";
import { gateDrive } from "../support/gate-driver.ts";
import { gatePaths } from "../support/gate-paths.ts";
import { runPaths } from "../support/orchestrator-paths.ts";
import { type Drive, driveWithDeaths } from "../support/path-driver.ts";
import { runDrive } from "../support/run-driver.ts";
import { runVariants } from "../support/run-variants.ts";

/** One path in so many, and the longest one. */
const sample = <Path extends { readonly steps: readonly unknown[] }>(paths: readonly Path[], every: number) => [
  ...paths.filter((_, place) => place % every === 0),
  ...paths.toSorted((a, b) => b.steps.length - a.steps.length).slice(0, 1),
];

it.each<readonly [string, readonly object[], Drive]>([
  ["an approval by one", sample(approvalPaths("approve"), 20), approvalDrive("approve", 1)],
  ["an approval by two", sample(approvalPaths("approve", 2), 40), approvalDrive("approve", 2)],
  ["the tool gate", sample(gatePaths(), 70), gateDrive as never],
  ["the agent", sample(agentPaths(), 100), agentDrive as never],
  ...runVariants.map(
    (variant) => [`a run of ${variant.name}`, sample(runPaths(variant), 200), runDrive(variant)] as never,
  ),
])("R1 %s goes on as it should on disk, wherever the process dies", async (_, paths, drive) => {
  for (const path of paths) {
    const directory = mkdtempSync(join(tmpdir(), "bailiwick-paths-"));
    try {
      const { deaths } = await driveWithDeaths(path as never, drive, (name) =>
        sqliteStore(join(directory, `${name}.db`)),
      );
      expect(deaths).toBeGreaterThan(1);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }
});
