/** Delegation run: a run whose agents delegate, told move by move through the rules alone. */
import type { Attempt } from "../../src/contracts/acts.ts";
import type { Command, Tell } from "../../src/contracts/commands.ts";
import type { DelegateAct, DelegationRequest } from "../../src/contracts/delegation.ts";
import type { Plan } from "../../src/contracts/plan.ts";
import type { RunSettings } from "../../src/contracts/settings.ts";
import type { ActResult } from "../../src/contracts/tools.ts";
import { admitAll, enqueue } from "../../src/decisions/admission.ts";
import { dispatch, settleDone } from "../../src/decisions/assignment.ts";
import { settleFailed } from "../../src/decisions/failure.ts";
import type { Reaction, RunState } from "../../src/decisions/run-state.ts";
import type { TaskState } from "../../src/decisions/schedule.ts";
import { at, grantOf, plannedRun, planOf, taskOf } from "./runs.ts";

/** What an agent was told of an act. */
export interface Told {
  readonly to: string;
  readonly n: number;
  readonly result: ActResult;
}

export class DelegationRun {
  state: RunState;
  now = 0;
  readonly commands: Command[] = [];
  /** Attempts that have begun, by actor, as their actors were told. */
  readonly attempts = new Map<string, Attempt>();
  readonly #acts = new Map<string, number>();

  constructor(plan: Plan, settings: Partial<RunSettings> = {}) {
    this.state = plannedRun(plan, settings);
    this.move((state) => dispatch(state, at(this.now)));
  }

  /** Applies a rule, notes what it commands, and starts what may start. */
  move(rule: (state: RunState) => Reaction): readonly Command[] {
    const before = this.commands.length;
    for (const one of [rule, (state: RunState) => dispatch(state, at(this.now))]) {
      const { state, commands } = one(this.state);
      this.state = state;
      this.commands.push(...commands);
    }
    const said = this.commands.slice(before);
    for (const { type, params } of said) {
      if (type !== "spawn") continue;
      const { attempt } = params.input as unknown as { readonly attempt: Attempt };
      this.attempts.set(attempt.actor, attempt);
    }
    return said;
  }

  /** An attempt delegates; gives the rulings. */
  delegate(actor: string, agent: string, request: DelegationRequest = { objective: "a part" }): readonly string[] {
    const act = { ...request, kind: "delegate", agent } as DelegateAct;
    return this.request(actor, act);
  }

  request(actor: string, act: DelegateAct): readonly string[] {
    const attempt = this.attempts.get(actor) as Attempt;
    const n = this.#acts.get(actor) ?? 0;
    this.#acts.set(actor, n + 1);
    const id = `${actor}/${n}`;
    const said = this.move((state) =>
      admitAll(enqueue(state, { kind: "delegation", id, agent: actor, attempt, n, act }), at(this.now)),
    );
    return said.flatMap((command) => (command.type === "record" ? [command.params.rule] : []));
  }

  done(actor: string, output: string | null = null): void {
    const { position, number } = this.attempts.get(actor) as Attempt;
    this.move((state) => settleDone(state, { actor, position, number, output }, at(this.now)));
  }

  failed(actor: string): void {
    const { position, number } = this.attempts.get(actor) as Attempt;
    const failure = { code: "policy.denied", message: "it may not" } as const;
    this.move((state) => settleFailed(state, { actor, position, number, failure, findings: [] }, at(this.now)));
  }

  get told(): readonly Told[] {
    return this.commands
      .filter((command) => command.type === "tell")
      .map(({ params }) => params as Tell)
      .filter(({ event }) => event.type === "act.settled")
      .map(({ to, event }) => ({ to, ...event }) as unknown as Told);
  }

  /** Told of the last act of all. */
  get lastTold(): ActResult | undefined {
    return this.told.at(-1)?.result;
  }

  /** `t/0 running` for each task. */
  get tasks(): readonly string[] {
    return this.state.schedule.tasks.map(({ id, status }) => `${id} ${status}`);
  }

  task(id: string): TaskState {
    return this.state.schedule.tasks.find((task) => task.id === id) as TaskState;
  }

  get running(): readonly string[] {
    return this.state.schedule.tasks
      .filter(({ status }) => status === "running")
      .map(({ id, attempt }) => `${id}#${attempt}`);
  }
}

/** Agents of which each may delegate to the next ones, and to the first. */
export const line = (count: number, more: Parameters<typeof grantOf>[1] = { tools: ["look"] }) =>
  Array.from({ length: count }, (_, place) =>
    grantOf(`a${place}`, {
      ...more,
      delegates: Array.from({ length: count }, (_, other) => `a${other}`).filter((other) => other !== `a${place}`),
    }),
  );

export const runOf = (
  settings: Partial<RunSettings> = {},
  task: Partial<Parameters<typeof taskOf>[1]> = {},
): DelegationRun =>
  new DelegationRun(planOf(taskOf("t", { agent: "a0", ...task })), { agents: line(8), retries: 0, ...settings });

export const ruling = (run: DelegationRun) =>
  run.commands.filter((command) => command.type === "record").at(-1)?.params;
