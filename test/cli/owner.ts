/**
 * A process that owns a run: a clerk who pays and is asked about it, over the journal in the current folder. Says `asked`
 * when people are asked, and at the end how often it has paid, and with what. `OWNER` is JSON: what to pay, and settings.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { createOrchestrator, defineAgent, defineTool } from "../../index.ts";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import type { ApprovalSettings } from "../../src/contracts/approvals.ts";

interface Given {
  readonly payments: readonly unknown[];
  readonly approvals?: ApprovalSettings;
  readonly run?: string;
  readonly asks?: boolean;
}

const { payments, approvals = {}, run: resumed, asks = false } = JSON.parse(process.env["OWNER"] ?? "{}") as Given;
const pay = defineTool({
  name: "pay",
  effect: "once",
  needsApproval: true,
  run: (args: unknown) => {
    appendFileSync("paid", `${JSON.stringify(args)}\n`);
    return "paid";
  },
});
const clerk = defineAgent({
  name: "clerk",
  tools: [pay],
  run: async (_, { tool, ask }) => {
    if (asks) return ask("to whom?");
    const ends: unknown[] = [];
    for (const args of payments)
      ends.push(await tool("pay", args, { rationale: "it is \u202egirob" }).catch((error: Error) => error.message));
    return ends;
  },
});
const orchestrator = createOrchestrator({
  name: "owner",
  agents: { clerk },
  planner: { tasks: [{ id: "pay", agent: "clerk", accountable: "maria", retries: 0 }] },
  store: sqliteStore("runs.db"),
  approvals,
  pollMs: 20,
});
const staying = setInterval(() => undefined, 1_000);
const run = resumed === undefined ? await orchestrator.start({ objective: "pay" }) : await orchestrator.resume(resumed);
let report = await run.result;
if (report.status === "suspended") process.stdout.write(`asked ${run.id}\n`);
while (report.status === "suspended") {
  await new Promise((resolve) => setTimeout(resolve, 20));
  report = await run.result;
}
clearInterval(staying);
await orchestrator.stop();
const paid = (() => {
  try {
    return readFileSync("paid", "utf8").trim().split("\n");
  } catch {
    return [];
  }
})();
process.stdout.write(`${JSON.stringify({ status: report.status, output: report.output, paid })}\n`);
