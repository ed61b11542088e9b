/** Run variants: small runs that differ in their plan, their settings and what their agents do. */
import type { Plan, PlanFault } from "../../src/contracts/plan.ts";
import type { RunSettings } from "../../src/contracts/settings.ts";
import { grantOf, planOf, settingsOf, taskOf } from "./runs.ts";

/** What the agents of the run are given to do, beside ending. */
export type Doing = "call" | "fail" | "denied" | "ask" | "write" | "delegate";

export interface RunVariant {
  readonly name: string;
  readonly settings: RunSettings;
  readonly plan: Plan;
  /** Of the first task; the agents of other tasks only end. */
  readonly doing: readonly Doing[];
  /** Acts of one attempt, at most. */
  readonly acts: number;
  /** One act after the other, none at once. */
  readonly serial: boolean;
  /** Attempts that act; later ones only end. */
  readonly attempts: number;
  /** Agents end by being done only, and the run is paused only when something stands in the way. */
  readonly smooth: boolean;
  /** The tool that calls could do with instead. */
  readonly cheaper?: string;
  /** Planners, validators and people say all they can say, not only what leads on. */
  readonly talkative: boolean;
  /** A person amends the objective, and another is too late to. */
  readonly amends: boolean;
}

export const START = 1_800_000_000_000;
export const ESCALATION_MS = 30_000;
export const WALL_MS = 60_000;

const worker = grantOf("worker", { fallback: "helper", writes: ["*"], tools: ["send"] });
const helper = grantOf("helper", { writes: ["*"], tools: ["send"] });

const settings = (more: Partial<RunSettings> = {}): RunSettings =>
  settingsOf({
    name: "variant",
    agents: [worker, helper],
    owner: "owner",
    loops: { identical: 99 },
    approvals: { escalations: [{ role: "lead", afterMs: ESCALATION_MS }] },
    ...more,
  });

const a = taskOf("a", { agent: "worker", backoffMs: 1_000 });
const b = taskOf("b", { agent: "helper", retries: 0 });
const extra = taskOf("extra", { agent: "helper", optional: true, retries: 0 });
const alone = { asksPeople: false, replans: 0 };

const variant = (name: string, more: Partial<RunVariant> = {}): RunVariant => ({
  name,
  settings: settings(),
  plan: planOf(a),
  doing: [],
  acts: 1,
  serial: false,
  attempts: 1,
  smooth: false,
  talkative: false,
  amends: false,
  ...more,
});

export const runVariants: readonly RunVariant[] = [
  variant("a plan and its result", {
    talkative: true,
    plan: planOf(a, { ...b, needs: ["a"] }),
    settings: settings({ retries: 0 }),
  }),
  variant("a plan and its result, with nobody to ask", {
    talkative: true,
    settings: settings({ ...alone, retries: 0 }),
  }),
  variant("calls", { doing: ["call", "fail", "denied"], acts: 2 }),
  variant("an amendment", { amends: true, smooth: true, settings: settings({ retries: 0 }) }),
  variant("writes and conflicts", { doing: ["write"], acts: 1, attempts: 2, settings: settings({ replans: 0 }) }),
  variant("writes under a policy", {
    doing: ["write"],
    settings: settings({ replans: 0, retries: 0, policy: "variant" }),
  }),
  variant("questions", { doing: ["ask"], acts: 2, settings: settings({ retries: 0 }) }),
  variant("questions among other acts", {
    doing: ["call", "denied", "ask", "write"],
    acts: 2,
    settings: settings(alone),
  }),
  variant("delegation", {
    doing: ["delegate"],
    attempts: 2,
    // No two attempts are due at once.
    plan: planOf({ ...a, backoffMs: 1_500 }),
    settings: settings({ agents: [{ ...worker, delegates: ["helper"] }, helper], retries: 1, replans: 0 }),
  }),
  variant("loops", {
    doing: ["call"],
    acts: 2,
    serial: true,
    smooth: true,
    plan: planOf(a, b),
    settings: settings({ loops: { identical: 2, interventions: 9 }, retries: 0 }),
  }),
  variant("loops, with nobody to ask", {
    doing: ["call"],
    acts: 2,
    settings: settings({ ...alone, loops: { identical: 2 } }),
  }),
  variant("a budget", {
    doing: ["call"],
    acts: 2,
    serial: true,
    smooth: true,
    plan: planOf(a, extra),
    settings: settings({ limits: { toolCalls: 1 }, retries: 0 }),
  }),
  variant("a budget, and a cheaper tool", {
    doing: ["call"],
    acts: 2,
    serial: true,
    smooth: true,
    cheaper: "send-less",
    settings: settings({ limits: { toolCalls: 1 }, retries: 0 }),
  }),
  variant("a budget of an agent", {
    doing: ["call"],
    acts: 2,
    smooth: true,
    plan: planOf(a, b),
    settings: settings({
      agents: [grantOf("worker", { tools: ["send"], limits: { toolCalls: 1 } }), helper],
      retries: 0,
    }),
  }),
  variant("a budget of an agent, with nobody to ask", {
    doing: ["call"],
    acts: 2,
    smooth: true,
    plan: planOf({ ...a, optional: true }, b),
    settings: settings({
      ...alone,
      agents: [grantOf("worker", { tools: ["send"], limits: { toolCalls: 1 } }), helper],
      retries: 0,
    }),
  }),
  variant("a budget, with nobody to ask", {
    doing: ["call"],
    acts: 2,
    settings: settings({ ...alone, limits: { toolCalls: 1 } }),
  }),
  variant("a planner that has a price", {
    smooth: true,
    settings: settings({ retries: 0, planCost: { costMicroUsd: 0, tokens: 10 }, limits: { tokens: 5 } }),
  }),
  variant("a time limit", {
    doing: ["ask"],
    settings: settings({ limits: { wallMs: WALL_MS }, retries: 0, replans: 0 }),
  }),
  variant("a limit of active time", {
    doing: ["ask"],
    settings: settings({ limits: { activeMs: WALL_MS }, retries: 0, replans: 0 }),
  }),
];

export const faults: readonly PlanFault[] = [{ code: "cycle", message: "a waits for itself" }];
