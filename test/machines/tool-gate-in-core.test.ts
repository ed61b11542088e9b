/** Every path of the tool gate with what nobody should say, which no real run lets anybody say. */
import { expect, it } from "vitest";
import { approvalMachine } from "../../machines/approval.ts";
import { toolGateMachine } from "../../machines/tool-gate.ts";
import { driveInCore } from "../support/core-driver.ts";
import { GATE, gateInput, hostileGatePaths } from "../support/gate-paths.ts";

const charts = { "tool-gate": toolGateMachine, approval: approvalMachine };

it("R1 a gate told everything at every wrong time is where its chart says, and restored from any of its states too", () => {
  const paths = hostileGatePaths();
  expect(paths.length).toBeGreaterThan(200);
  for (const path of paths) driveInCore(path, GATE, gateInput, charts);
});
