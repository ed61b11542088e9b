/** The front door: the public API of Bailiwick. */
import { nanoid } from "nanoid";
import type { OrchestratorConfig } from "./actors/config.ts";
import { type Watching, watching } from "./actors/feed/watching.ts";
import { Orchestrator } from "./actors/orchestrator.ts";
import { type Prices, pricesOf } from "./actors/prices.ts";
import { systemClock } from "./src/adapters/clock.ts";
import { superjsonCodec } from "./src/adapters/codec.ts";
import { environmentSecrets } from "./src/adapters/environment-secrets.ts";
import { sha256 } from "./src/adapters/hash.ts";
import { processHolder } from "./src/adapters/holder.ts";
import { priceFile } from "./src/adapters/prices.ts";
import { memoryStore } from "./src/adapters/stores/memory.ts";
import type { Inspectable } from "./src/contracts/control.ts";
import type { PriceFile } from "./src/contracts/prices.ts";
import { redaction } from "./src/decisions/redaction.ts";

export type { BudgetConfig, OrchestratorConfig } from "./actors/config.ts";
export {
  type AgentContext,
  type AskOptions,
  defineAgent,
  type FunctionAgent,
  type MachineAgent,
} from "./actors/define-agent.ts";
export { defineTool } from "./actors/define-tool.ts";
export type { Watching } from "./actors/feed/watching.ts";
export type { InspectedActor, InspectionEvent, InspectionObserver } from "./actors/host/inspection.ts";
export type { ExplainedEntry } from "./actors/kernel/explain.ts";
export { agentActors } from "./actors/kernel/mind.ts";
export type { Verification } from "./actors/kernel/verify.ts";
export { type LanguageModelJudge, languageModelJudge } from "./actors/language-model/arbiter.ts";
export type { LanguageModelAgent, WindowSettings } from "./actors/language-model/definition.ts";
export { type LanguageModelEvaluator, languageModelEvaluator } from "./actors/language-model/evaluator.ts";
export { type LanguageModelPlanner, languageModelPlanner } from "./actors/language-model/planner.ts";
export type { ModelUse } from "./actors/language-model/question.ts";
export type { PostedDecision } from "./actors/mailbox.ts";
export { type MemoryToolOptions, memoryTools } from "./actors/memory-tools.ts";
export { type GatedModel, type ModelToolOptions, modelTool, type ProgressOf } from "./actors/model-tool.ts";
export type { Orchestrator, StartOptions } from "./actors/orchestrator.ts";
export type { Planner, PlanRequest, PricedPlan, PricedPlanner } from "./actors/planning.ts";
export type { Prices } from "./actors/prices.ts";
export type { ConflictJudge, ConflictResolver, ConflictRules, PricedRuling } from "./actors/resolver.ts";
export type { AmendOptions, AmendReceipt, Run } from "./actors/run.ts";
export type { RunActor } from "./actors/run-actor.ts";
export type { WhatIfOptions } from "./actors/what-if.ts";
export { agentMachine } from "./machines/agent.ts";
export { approvalMachine } from "./machines/approval.ts";
export { orchestratorMachine } from "./machines/orchestrator.ts";
export { toolGateMachine } from "./machines/tool-gate.ts";
export { memoryStore } from "./src/adapters/stores/memory.ts";
export type {
  ApprovalRequest,
  ApprovalSettings,
  Decided,
  Decision,
  DecisionKind,
  DecisionReceipt,
  Escalation,
  Question,
  QuestionKind,
} from "./src/contracts/approvals.ts";
export type { Author, Conflict, Entry } from "./src/contracts/blackboard.ts";
export type {
  Amount,
  BudgetWarning,
  CapGrant,
  Caps,
  Economy,
  EconomyChoice,
  GrantRecord,
  Limits,
  Pot,
  RunCaps,
} from "./src/contracts/budget.ts";
export type { ControlPort, Inspectable, SteerAction, SteerOrder } from "./src/contracts/control.ts";
export type { Authority, Delegated, DelegationRequest, DelegationSettings } from "./src/contracts/delegation.ts";
export { type ErrorCode, errorCodes, type Failure, RuntimeError } from "./src/contracts/errors.ts";
export type {
  Acceptance,
  AcceptanceCheck,
  Achieved,
  Checks,
  Evaluator,
  Review,
  Score,
} from "./src/contracts/evaluation.ts";
export type { ExportedRun } from "./src/contracts/exported-run.ts";
export type { InspectionPort } from "./src/contracts/inspection.ts";
export type { JournalEntry } from "./src/contracts/journal.ts";
export type { Json, JsonObject } from "./src/contracts/json.ts";
export type {
  Bounded,
  Extraction,
  FlowSettings,
  FlowStop,
  Integrity,
  Labels,
  Origin,
  Readers,
  Scalar,
  Tracked,
} from "./src/contracts/labels.ts";
export type { Memory, MemoryPort, MemoryQuery, NewMemory, Retention } from "./src/contracts/memory.ts";
export type {
  ModelAnswer,
  ModelCall,
  ModelMessage,
  ModelOptions,
  ModelPort,
  ModelProgress,
  ModelRequest,
  ModelStop,
  ModelTool,
  ModelToolCall,
} from "./src/contracts/models.ts";
export type { Assignment, Finding, Plan, PlanFault, Task, TaskStatus } from "./src/contracts/plan.ts";
export type { PolicyScope, ToolShape } from "./src/contracts/policy.ts";
export type { ClockPort, PolicyPort, StorePort } from "./src/contracts/ports.ts";
export type { CallBound, CallUsage, ModelCost, ModelEntry, Priced, PriceFile } from "./src/contracts/prices.ts";
export type { Source } from "./src/contracts/provenance.ts";
export type {
  BudgetReport,
  PartReport,
  RunReport,
  RunStatus,
  RunSummary,
  Spend,
  TaskReport,
} from "./src/contracts/report.ts";
export type {
  AnyTool,
  Edited,
  EffectClass,
  EffectContext,
  Estimate,
  PolicyAction,
  PolicyRequest,
  Reconciled,
  Remaining,
  Terms,
  Tool,
  ToolCall,
  ToolContext,
  Verdict,
} from "./src/contracts/tools.ts";
export type { Difference, Fate, WhatIf } from "./src/contracts/what-if.ts";
export type { Change } from "./src/decisions/change.ts";
export type { Resolution } from "./src/decisions/conflict.ts";
export type { Cause, Explanation } from "./src/decisions/explain.ts";
export { type Fatigue, fatigueOf } from "./src/decisions/fatigue.ts";
export { type Bounds, type RenderedValue, type Rendering, render } from "./src/decisions/rendering.ts";
export { visible } from "./src/decisions/visible.ts";

/**
 * What models cost: prices in the public models.dev format, given as they are, or as the path of a JSON file.
 *
 * @example
 * ```ts
 * const prices = modelPrices({ acme: { models: { small: { cost: { input: 0.15, output: 0.6 }, limit: { output: 4_096 } } } } });
 * const ask = defineTool({
 *   name: "ask",
 *   estimate: ({ prompt }: { prompt: string }) => prices.worstCase("acme/small", { inputTokens: prompt.length }),
 *   run: async ({ prompt }, { spent }) => {
 *     const { text, usage } = await acme(prompt);
 *     spent(prices.cost("acme/small", usage));
 *     return text;
 *   },
 * });
 * ```
 * @throws RuntimeError `config.invalid` when there is no such file, or what is in it is not in the format.
 */
export function modelPrices(source: PriceFile | string): Prices {
  return typeof source === "string" ? pricesOf(priceFile(source), source) : pricesOf(source);
}

/**
 * Watches XState applications that are not ours: whatever sends the messages of `@statelyai/inspect`. They are looked at
 * and nothing more. With `beside`, they stand beside its runs.
 *
 * @example
 * ```ts
 * const served = await serve(watchApplications(orchestrator));
 * // In the application, which may be anywhere on this machine:
 * const { inspect } = createWebSocketInspector({ url: served.feedUrl });
 * createActor(machine, { inspect }).start();
 * ```
 */
export function watchApplications(beside?: Inspectable): Watching {
  return watching({ clock: systemClock(), newId: () => `app_${nanoid()}` }, beside);
}

/**
 * Makes an orchestrator.
 *
 * @throws RuntimeError `config.invalid`, or `plan.invalid` for a fixed plan that cannot be carried out.
 */
export function createOrchestrator(config: OrchestratorConfig): Orchestrator {
  return new Orchestrator(config, {
    store: config.store ?? memoryStore(),
    clock: config.clock ?? systemClock(),
    holder: processHolder(nanoid()),
    sha256,
    codec: superjsonCodec(),
    redact: redaction(config.secrets ?? environmentSecrets(process.env)),
    newId: () => `run_${nanoid()}`,
    newSignalId: () => `signal_${nanoid()}`,
  });
}
