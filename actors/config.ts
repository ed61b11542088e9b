/** Config: what an application gives, checked and turned into what the runtime works with. */
import type { ApprovalSettings } from "../src/contracts/approvals.ts";
import type { BudgetSettings, Caps, Limits, PartLimits, RunCaps } from "../src/contracts/budget.ts";
import type { DelegationSettings } from "../src/contracts/delegation.ts";
import { RuntimeError } from "../src/contracts/errors.ts";
import type { AcceptanceCheck, Checks } from "../src/contracts/evaluation.ts";
import { NAME_PATTERN, type PersonId } from "../src/contracts/ids.ts";
import type { FlowSettings } from "../src/contracts/labels.ts";
import type { ClockPort, PolicyPort, StorePort } from "../src/contracts/ports.ts";
import type {
  AgentGrant,
  FailureSettings,
  LoopSettings,
  RunSettings,
  ToolSettings,
} from "../src/contracts/settings.ts";
import type { AnyTool, Cost, Estimate } from "../src/contracts/tools.ts";
import { type Milliseconds, microUsd } from "../src/contracts/units.ts";
import { unanswerable } from "../src/decisions/approval.ts";
import { ECONOMIES } from "../src/decisions/economy.ts";
import { KEPT } from "../src/decisions/fatigue.ts";
import { asLabels } from "../src/decisions/labels.ts";
import { capFaults, limitsOf, partLimitsOf, runCapFaults } from "../src/decisions/limits.ts";
import { faultsOf } from "../src/decisions/plan.ts";
import type { AnyAgent } from "./define-agent.ts";
import type { InspectionObserver } from "./host/inspection.ts";
import { isFixed, type Planner } from "./planning.ts";
import type { ConflictRules } from "./resolver.ts";

/** Caps of a run, cumulative over resumes. Reaching one leads to `over-budget` and a partial result, never an exception. */
export interface BudgetConfig extends RunCaps, BudgetSettings {}

export interface OrchestratorConfig {
  readonly name: string;
  readonly agents: Readonly<Record<string, AnyAgent>>;
  /** A fixed plan, a function that plans, or a planner that has a price. */
  readonly planner: Planner;
  /** What else must allow a call, a read or a write, beside the agents' own lists of tools and keys. */
  readonly policy?: PolicyPort;
  /** How long a policy that answers with a promise may think. Then the act is denied. Default 5,000. */
  readonly policyTimeoutMs?: Milliseconds;
  readonly budget?: BudgetConfig;
  /** What the result of the run must satisfy. */
  readonly validation?: Checks;
  /** What the objective asks for. Its share is the run's progress; the run is not completed while some of it does not hold. */
  readonly acceptance?: readonly AcceptanceCheck[];
  /** How contradictory answers are settled. Default: the first writer of a key; the majority, then a person, of cross-checks. */
  readonly conflicts?: ConflictRules;
  readonly loops?: LoopSettings;
  /** How much failing a run puts up with: second tries, restarts of an agent, tools that keep failing. */
  readonly failures?: FailureSettings;
  /** How long others wait for a call that one of them is making, where its tool has a `dedupeKey`. Default 60,000. */
  readonly callLeaseMs?: Milliseconds;
  /**
   * Follows the labels of what agents hear. On when it is given, and when a tool or an agent says `labels`,
   * `minIntegrity`, `egress` or `extracts`.
   */
  readonly flow?: FlowSettings;
  /** How far agents may delegate. Default: 3 levels, 8 parts of a task open at once, 64 delegated tasks in a run. */
  readonly delegation?: DelegationSettings;
  /** Who is asked, for how long, and who next. `askAboutRun: false`: budget, loops and failed checks end the run instead. */
  readonly approvals?: ApprovalSettings & { readonly askAboutRun?: boolean };
  /** Tasks that run at once. Default 8. */
  readonly concurrency?: number;
  /** Attempts after the first, for tasks that do not say. Default 2. */
  readonly retries?: number;
  /** New plans after the first, when the planner is a function. Default 2. */
  readonly replans?: number;
  /** Answers for tasks that name nobody. Default "owner". */
  readonly owner?: string;
  /** Default: in memory, gone with the process. */
  readonly store?: StorePort;
  /**
   * Texts that no record is to hold: keys and passwords. They are taken out of all that comes in, `[redacted]` standing in
   * their place, before it is recorded or shown to anybody. Of eight characters at least. Default: what the environment
   * of this process has under names such as `…_KEY` and `…_TOKEN`, and passwords in its URLs; [] for none.
   */
  readonly secrets?: readonly string[];
  /** Default: the machine's. `handTime()` of `bailiwick/testing` moves it by hand. */
  readonly clock?: ClockPort;
  /** Sees XState inspection events of every run in this process. */
  readonly inspect?: InspectionObserver;
  /** How long another process waits before it may take over the runs of one that has died elsewhere. Default 30,000. */
  readonly leaseMs?: Milliseconds;
  /** How long a run that only waits stays in memory. Default 5,000. */
  readonly parkAfterMs?: Milliseconds;
  /** How long an effect may take to react to being stopped. Default 2,000. */
  readonly graceMs?: Milliseconds;
  /** How often the store is asked whether another process has left something. Default 500. */
  readonly pollMs?: Milliseconds;
}

const invalid = (message: string): RuntimeError => new RuntimeError("config.invalid", message);

export function agentsOf(config: OrchestratorConfig): ReadonlyMap<string, AnyAgent> {
  const agents = new Map<string, AnyAgent>();
  for (const agent of Object.values(config.agents)) {
    if (agents.has(agent.name)) throw invalid(`two agents are named "${agent.name}"`);
    agents.set(agent.name, agent);
  }
  if (agents.size === 0) throw invalid("give at least one agent");
  return agents;
}

/** Every tool of every agent. Two tools of one name must be the same tool. */
export function toolsOf(agents: ReadonlyMap<string, AnyAgent>): ReadonlyMap<string, AnyTool> {
  const tools = new Map<string, AnyTool>();
  for (const agent of agents.values()) {
    for (const tool of (agent.tools ?? []) as readonly AnyTool[]) {
      const known = tools.get(tool.name);
      if (known !== undefined && known !== tool)
        throw invalid(`two different tools are named "${tool.name}"; agent "${agent.name}" has another one`);
      tools.set(tool.name, tool);
    }
  }
  assertSubstitutes(agents, tools);
  assertNamespaces(tools.values());
  return tools;
}

/** A-SUP-02: the names under a server's prefix are that server's. */
function assertNamespaces(tools: Iterable<AnyTool>): void {
  const owners = new Map<string, AnyTool>();
  const all = [...tools];
  const prefixOf = ({ name }: AnyTool): string => name.split(".", 1)[0] ?? name;
  for (const tool of all)
    if (tool.origin !== undefined && !owners.has(prefixOf(tool))) owners.set(prefixOf(tool), tool);
  for (const tool of all) {
    const owner = owners.get(prefixOf(tool));
    if (owner === undefined || owner.origin === tool.origin) continue;
    throw invalid(
      `tools "${owner.name}" and "${tool.name}" are of different origins; names under "${prefixOf(tool)}." belong to one`,
    );
  }
}

export const grantsOf = (agents: ReadonlyMap<string, AnyAgent>): readonly AgentGrant[] =>
  [...agents.values()].map((agent) => {
    if (agent.fallback !== undefined && !agents.has(agent.fallback)) {
      throw invalid(`agent "${agent.name}" falls back to "${agent.fallback}", which is not an agent here`);
    }
    return {
      name: agent.name,
      tools: ((agent.tools ?? []) as readonly AnyTool[]).map((tool) => tool.name),
      reads: agent.reads ?? [],
      writes: agent.writes ?? [],
      requires: agent.requires ?? [],
      ...(agent.fallback === undefined ? {} : { fallback: agent.fallback }),
      ...(agent.model === undefined ? {} : { model: agent.model }),
      ...(agent.family === undefined ? {} : { family: agent.family }),
      ...reviewCostOf(`agent "${agent.name}"`, agent.evaluators, "reviewCost"),
      ...(agent.timeoutMs === undefined
        ? {}
        : { timeoutMs: whole(`timeoutMs of "${agent.name}"`, agent.timeoutMs, 1) }),
      ...(agent.maxOpenActs === undefined
        ? {}
        : { maxOpenActs: whole(`maxOpenActs of "${agent.name}"`, agent.maxOpenActs, 1) }),
      ...modelsOf(agent),
      ...delegatesOf(agent, agents),
      ...(agent.budget === undefined ? {} : { limits: partLimits(agent.name, agent.budget) }),
    };
  });

/** What tools say of themselves to rules that apply before they are called. */
function toolSettingsOf(tools: ReadonlyMap<string, AnyTool>): RunSettings["tools"] {
  const settings: Record<string, ToolSettings> = {};
  for (const { name, retries, backoffMs, graceMs, breaker } of tools.values()) {
    const own: ToolSettings = {
      ...(retries === undefined ? {} : { retries: whole(`retries of "${name}"`, retries, 0) }),
      ...(backoffMs === undefined ? {} : { backoffMs: whole(`backoffMs of "${name}"`, backoffMs, 0) }),
      ...(graceMs === undefined ? {} : { graceMs: whole(`graceMs of "${name}"`, graceMs, 0) }),
      ...(breaker === undefined ? {} : { breaker }),
    };
    if (Object.keys(own).length > 0) settings[name] = own;
  }
  return Object.keys(settings).length > 0 ? settings : undefined;
}

function modelsOf({ tools = [] }: AnyAgent): Pick<AgentGrant, "models"> {
  const models = (tools as readonly AnyTool[]).flatMap(({ name, model }) => (model === undefined ? [] : [name]));
  return models.length === 0 ? {} : { models };
}

function delegatesOf(agent: AnyAgent, agents: ReadonlyMap<string, AnyAgent>): Pick<AgentGrant, "delegates"> {
  const { name, delegates = [] } = agent;
  const unknown = delegates.find((other) => !agents.has(other));
  if (unknown !== undefined) throw invalid(`agent "${name}" delegates to "${unknown}", which is not an agent here`);
  if (delegates.includes(name)) throw invalid(`agent "${name}" delegates to itself`);
  return delegates.length === 0 ? {} : { delegates };
}

function delegationOf({ depth, width, total }: DelegationSettings): DelegationSettings {
  return {
    ...(depth === undefined ? {} : { depth: whole("delegation.depth", depth, 0) }),
    ...(width === undefined ? {} : { width: whole("delegation.width", width, 0) }),
    ...(total === undefined ? {} : { total: whole("delegation.total", total, 0) }),
  };
}

export function settingsOf(
  config: OrchestratorConfig,
  grants: readonly AgentGrant[],
  tools: ReadonlyMap<string, AnyTool>,
  prompts: RunSettings["prompts"],
): RunSettings {
  if (!NAME_PATTERN.test(config.name))
    throw invalid(`orchestrator name ${JSON.stringify(config.name)}: use letters, digits, ".", "_", "-"`);
  const { askAboutRun = true, ...approvals } = config.approvals ?? {};
  if (isFixed(config.planner)) {
    const [fault, ...more] = faultsOf(config.planner, grants);
    if (fault !== undefined) {
      throw new RuntimeError("plan.invalid", [fault, ...more].map(({ message }) => message).join("; "));
    }
  }
  const toolSettings = toolSettingsOf(tools);
  return {
    name: config.name,
    agents: grants,
    limits: runLimits(config.budget ?? {}),
    ...budgetSettings(config.budget ?? {}),
    concurrency: whole("concurrency", config.concurrency ?? 8, 1),
    retries: whole("retries", config.retries ?? 2, 0),
    replans: isFixed(config.planner) ? 0 : whole("replans", config.replans ?? 2, 0),
    owner: config.owner ?? "owner",
    approvals: approvalsOf(approvals, config.owner ?? "owner"),
    loops: config.loops ?? {},
    ...(config.callLeaseMs === undefined ? {} : { callLeaseMs: whole("callLeaseMs", config.callLeaseMs, 1) }),
    ...reviewCostOf("validation", config.validation?.evaluators, "validationCost"),
    ...reviewCostOf("the planner", "plan" in config.planner ? [config.planner] : [], "planCost"),
    ...reviewCostOf("conflicts", config.conflicts?.judge === undefined ? [] : [config.conflicts.judge], "judgeCost"),
    ...(config.acceptance === undefined ? {} : { acceptance: criteriaOf(config.acceptance) }),
    ...(config.failures === undefined ? {} : { failures: config.failures }),
    ...(toolSettings === undefined ? {} : { tools: toolSettings }),
    ...(config.delegation === undefined ? {} : { delegation: delegationOf(config.delegation) }),
    asksPeople: askAboutRun,
    ...flowOf(config),
    ...(prompts === undefined ? {} : { prompts }),
  };
}

/** What all of them together may cost; nothing where none has a price. */
function reviewCostOf<Name extends string>(
  where: string,
  evaluators: readonly { readonly estimate?: Estimate }[] = [],
  name: Name,
): { readonly [name in Name]?: Cost } {
  const estimates = evaluators.flatMap(({ estimate }) => (estimate === undefined ? [] : [estimate]));
  if (estimates.length === 0) return {};
  const sum = (of: "costUsd" | "tokens"): number => estimates.reduce((all, one) => all + (one[of] ?? 0), 0);
  const [costUsd, tokens] = [sum("costUsd"), sum("tokens")];
  if (!(Number.isFinite(costUsd) && costUsd >= 0 && Number.isFinite(tokens) && tokens >= 0))
    throw invalid(`${where}: an estimate of ${costUsd} USD and ${tokens} tokens is none; give amounts from 0`);
  return { [name]: { costMicroUsd: microUsd(costUsd), tokens: Math.ceil(tokens) } } as { [name in Name]?: Cost };
}

function criteriaOf(checks: readonly AcceptanceCheck[]): readonly string[] {
  const names = checks.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw invalid(`two acceptance checks are named "${twice}"`);
  return names;
}

/** Labels cost a little in each step, so they are followed where somebody asks for it. */
function flowOf({ flow, agents }: OrchestratorConfig): { readonly flow?: FlowSettings } {
  if (flow?.answers !== undefined && asLabels(flow.answers) === undefined)
    throw invalid("flow.answers is not { integrity, readers }");
  const isAsked = ({ labels, minIntegrity, egress, extracts }: Partial<AnyTool>): boolean =>
    [labels, minIntegrity, egress, extracts].some((said) => said !== undefined);
  const all = Object.values(agents);
  const isOn =
    flow !== undefined ||
    all.some((agent) => agent.extracts !== undefined || ((agent.tools ?? []) as readonly AnyTool[]).some(isAsked));
  return isOn ? { flow: flow ?? {} } : {};
}

/** Who may decide what, checked: a question that nobody could answer would be a refusal in disguise. */
function approvalsOf(approvals: ApprovalSettings, owner: PersonId): ApprovalSettings {
  const { quorum, expiresMs, alarmPerHour, roles, escalations = [] } = approvals;
  if (quorum !== undefined) whole("approvals.quorum", quorum, 1);
  if (expiresMs !== undefined) whole("approvals.expiresMs", expiresMs, 1);
  if (alarmPerHour !== undefined && whole("approvals.alarmPerHour", alarmPerHour, 1) > KEPT)
    throw invalid(
      `approvals.alarmPerHour is ${alarmPerHour}; a run remembers ${KEPT} decisions, so give ${KEPT} at most`,
    );
  for (const { role, afterMs } of escalations) whole(`approvals.escalations, "${role}": afterMs`, afterMs, 1);
  if (roles === undefined) return approvals;
  const known = { ...approvals, roles: { owner: [owner], ...roles } };
  for (const role of [known.role ?? "owner", ...escalations.map((one) => one.role)])
    if (!Object.hasOwn(known.roles, role)) throw invalid(`approvals: role "${role}" is asked, and nobody is of it`);
  const reason = unanswerable({ settings: known, requester: { accountable: owner }, agents: [] });
  if (reason !== undefined) throw invalid(`approvals: nobody could answer a question about the run: ${reason}`);
  return known;
}

function runLimits(budget: BudgetConfig): Limits {
  const [fault] = runCapFaults(budget, "budget");
  if (fault !== undefined) throw invalid(fault);
  return limitsOf(budget);
}

function partLimits(agent: string, caps: Caps): PartLimits {
  const [fault] = capFaults(caps, "budget");
  if (fault !== undefined) throw invalid(`agent "${agent}": ${fault}`);
  return partLimitsOf(caps);
}

/** What is set beside the caps; nothing where it is the default, so that a start says no more than it must. */
function budgetSettings({ warnAt, onExceeded }: BudgetConfig): { readonly budget?: BudgetSettings } {
  if (warnAt?.some((share) => !(share > 0 && share <= 1)))
    throw invalid(`budget.warnAt is [${warnAt.join(", ")}]; give shares above 0 and up to 1`);
  const strange = onExceeded?.find((one) => !ECONOMIES.includes(one));
  if (strange !== undefined)
    throw invalid(`budget.onExceeded names "${String(strange)}"; there are ${ECONOMIES.join(", ")}`);
  if (warnAt === undefined && onExceeded === undefined) return {};
  return {
    budget: { ...(warnAt === undefined ? {} : { warnAt }), ...(onExceeded === undefined ? {} : { onExceeded }) },
  };
}

/** A cheaper tool must be there for everybody who has the dearer one, and the chain must end. */
function assertSubstitutes(agents: ReadonlyMap<string, AnyAgent>, tools: ReadonlyMap<string, AnyTool>): void {
  for (const agent of agents.values()) {
    const granted = new Set(((agent.tools ?? []) as readonly AnyTool[]).map(({ name }) => name));
    for (const { name, cheaper } of (agent.tools ?? []) as readonly AnyTool[])
      if (cheaper !== undefined && !granted.has(cheaper))
        throw invalid(`tool "${name}" names "${cheaper}" as cheaper; grant it to agent "${agent.name}" too`);
  }
  for (const tool of tools.values()) {
    const seen = new Set<string>();
    for (let one: AnyTool | undefined = tool; one !== undefined; one = tools.get(one.cheaper ?? "")) {
      if (seen.has(one.name)) throw invalid(`tool "${tool.name}": its cheaper tools lead back to "${one.name}"`);
      seen.add(one.name);
    }
  }
}

export function whole(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least)
    throw invalid(`${name} is ${value}; give a whole number from ${least}`);
  return value;
}
