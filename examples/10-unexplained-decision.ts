/** Unexplained decisions: money was paid back. Alone there is a line in a log; here each step says what led to it. */
import { createOrchestrator, defineAgent, defineTool } from "bailiwick";

const refund = defineTool({
  name: "refund",
  needsApproval: ({ usd }: { order: string; usd: number }) => usd > 50,
  run: ({ order, usd }: { order: string; usd: number }) => `refunded ${usd} USD for ${order}`,
});

const handle = (pay: (order: string, usd: number) => Promise<string>): Promise<string> => pay("order 17", 90);

console.log("without the orchestrator");
console.log(`  log: ${await handle(async (order, usd) => refund.run({ order, usd }, {} as never))}`);
console.log("  why, on whose word, for what? nobody can say");

const orchestrator = createOrchestrator({
  name: "refunds",
  agents: {
    clerk: defineAgent({
      name: "clerk",
      tools: [refund],
      run: (_, { tool }) =>
        handle((order, usd) => tool("refund", { order, usd }, { rationale: "the parcel came back" })),
    }),
  },
  planner: { tasks: [{ id: "settle", agent: "clerk", accountable: "maria" }], output: "settle" },
});
const run = await orchestrator.start({ objective: "settle the complaint about order 17" });
for (const { id, digest } of (await run.result).pendingApprovals)
  await orchestrator.decide({ requestId: id, digest, decision: "approve", by: "maria" });
await run.result;

console.log("with the orchestrator");
for await (const { seq, kind, key } of run.events()) {
  if (kind !== "outcome" || key?.includes("/execute/") !== true) continue;
  const { because, objective } = await run.explain(seq);
  for (const link of [seq, ...because.map((cause) => cause.seq)]) {
    const { summary, rulings } = await run.explain(link);
    console.log(`  ${link}. ${summary}`);
    for (const { rule, verdict, reason, data } of rulings)
      console.log(
        `     ${rule}: ${verdict}${reason === undefined ? "" : `, ${reason}`}${data?.["by"] === undefined ? "" : `, by ${data["by"]}`}`,
      );
  }
  console.log(`  all of it for: ${objective}`);
}
await orchestrator.stop();
