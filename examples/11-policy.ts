import { createOrchestrator, defineAgent, defineTool } from "bailiwick";
import { cedarPolicy } from "bailiwick/policies/cedar";
import { z } from "zod";

const find = defineTool({
  name: "find",
  effect: "read",
  input: z.object({ invoice: z.string() }),
  run: ({ invoice }) => ({ invoice, to: "ACME", amount: invoice === "A-1" ? 40 : 4_000 }),
});

const pay = defineTool({
  name: "pay",
  input: z.object({ to: z.string(), amount: z.number() }),
  run: ({ to, amount }) => `paid ${amount} to ${to}`,
});

const clerk = defineAgent({
  name: "clerk",
  tools: [find, pay],
  async run(_assignment, { tool }) {
    const told: unknown[] = [];
    const attempt = (to: string, amount: number) =>
      tool("pay", { to, amount }).then(
        (answer) => told.push(answer),
        (refusal: { message: string }) => told.push(`refused: ${refusal.message}`),
      );
    const { to, amount } = await tool("find", { invoice: "A-1" });
    await attempt(to, amount);
    await attempt("Mallory", 40);
    await attempt(to, (await tool("find", { invoice: "A-2" })).amount);
    return told;
  },
});

const policies = `
  @id("look")
  permit (principal, action in Action::"call", resource) when { resource.effect == "read" };

  @id("pay-suppliers")
  permit (principal == Agent::"clerk", action == Action::"call:pay", resource)
  when { ["ACME", "Globex"].contains(context.args.to) };

  @id("pay-much") @approval("finance") @expires("24h") @reason("more than 1,000")
  permit (principal == Agent::"clerk", action == Action::"call:pay", resource)
  when { context.args.amount.greaterThan(decimal("1000.0")) };`;

const config = { name: "payables", agents: { clerk }, planner: { tasks: [{ id: "invoices", agent: "clerk" }] } };

const orchestrator = createOrchestrator({ ...config, policy: cedarPolicy({ policies }) });
const run = await orchestrator.start({ objective: "pay what is due" });

for (const { id, digest, title, reason, subject } of (await run.result).pendingApprovals) {
  console.log(title, subject, `(${reason})`);
  await orchestrator.decide({ requestId: id, digest, decision: "approve", by: "maria" });
}
console.log((await run.result).output);
await orchestrator.stop();

try {
  const misspelt = policies.replace("context.args.amount", "context.args.amuont");
  createOrchestrator({ ...config, policy: cedarPolicy({ policies: { "payables.cedar": misspelt } }) });
} catch (error) {
  console.log((error as Error).message);
}
