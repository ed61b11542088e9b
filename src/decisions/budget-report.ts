/** Budget report: how a run keeps its budget, as its report shows it. */
import type { Amount, Part } from "../contracts/budget.ts";
import type { BudgetReport, PartReport } from "../contracts/report.ts";
import { overCommitted } from "./budget.ts";
import type { RunState } from "./run-state.ts";
import type { Spending } from "./spending.ts";

export function budgetReportOf({
  ledger,
  spending,
  schedule,
}: Pick<RunState, "ledger" | "spending" | "schedule">): BudgetReport {
  const { untrusted, over, warnings, choices, grants } = spending;
  const left = schedule.tasks.length - schedule.settled;
  return {
    limits: ledger.limits,
    spent: ledger.spent,
    held: ledger.reserved,
    overCommitted: overCommitted(ledger),
    parts: ledger.parts.map(partReportOf),
    efficiency: efficiencyOf(spending),
    untrusted,
    over,
    warnings,
    choices,
    grants,
    ...(schedule.settled > 0 && left > 0 ? { forecast: forecastOf(ledger.spent, schedule.settled, left) } : {}),
  };
}

const partReportOf = (part: Part): PartReport => ({
  name: part.name,
  limits: part.limits,
  spent: part.spent,
  held: part.reserved,
  overCommitted: overCommitted(part),
});

function efficiencyOf({ held, actual }: Spending): BudgetReport["efficiency"] {
  return {
    ...(held.costMicroUsd > 0 ? { costMicroUsd: actual.costMicroUsd / held.costMicroUsd } : {}),
    ...(held.tokens > 0 ? { tokens: actual.tokens / held.tokens } : {}),
  };
}

function forecastOf(spent: Amount, settled: number, left: number): Amount {
  const whole = (amount: number): number => amount + Math.ceil((amount / settled) * left);
  return {
    costMicroUsd: whole(spent.costMicroUsd),
    tokens: whole(spent.tokens),
    steps: whole(spent.steps),
    toolCalls: whole(spent.toolCalls),
  };
}
