/** Random trees of delegation, to a depth of six, held against an oracle that asks nothing of the rules. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Attempt } from "../../src/contracts/acts.ts";
import type { DelegationRequest } from "../../src/contracts/delegation.ts";
import type { AgentGrant } from "../../src/contracts/settings.ts";
import { settleDone } from "../../src/decisions/assignment.ts";
import { settleFailed } from "../../src/decisions/failure.ts";
import { DelegationRun } from "../support/delegation-run.ts";
import { at, grantOf, planOf, taskOf } from "../support/runs.ts";

const AGENTS = ["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"];
const TOOLS = ["look", "send", "pay"];
const PATTERNS = ["*", "x/*", "x/y/*", "x/1", "x/y/2", "z"];
/** One key of every region that the patterns tell apart. */
const KEYS = ["x/1", "x/9", "x/y/2", "x/y/9", "z", "other"];
const CAPS = { depth: 6, width: 2, total: 8 };

// The oracle. What may be done in an attempt: what its agent is granted, what was asked for it, and what its delegator may.
type Asked = { readonly parent: string; readonly request: DelegationRequest; readonly at: number };

const shapes = new Map(PATTERNS.map((pattern) => [pattern, new RegExp(`^${pattern.replace("*", ".*")}$`)]));

const matches = (patterns: readonly string[], key: string): boolean =>
  patterns.some((pattern) => shapes.get(pattern)?.test(key));

class Oracle {
  readonly grants: readonly AgentGrant[];
  /** By attempt, what was asked for it and by whom; nothing for the task of the plan. */
  readonly asked = new Map<string, Asked>();
  readonly agents = new Map<string, string>([["t#1", "a0"]]);
  readonly deadline: number;

  constructor(grants: readonly AgentGrant[], deadline: number) {
    this.grants = grants;
    this.deadline = deadline;
  }

  #grant(actor: string): AgentGrant {
    return this.grants.find(({ name }) => name === this.agents.get(actor)) as AgentGrant;
  }

  mayCall(actor: string, tool: string): boolean {
    const asked = this.asked.get(actor);
    if (!this.#grant(actor).tools.includes(tool)) return false;
    return asked === undefined || ((asked.request.tools ?? TOOLS).includes(tool) && this.mayCall(asked.parent, tool));
  }

  mayUse(actor: string, field: "reads" | "writes", key: string): boolean {
    const asked = this.asked.get(actor);
    if (!matches(this.#grant(actor)[field], key)) return false;
    if (asked === undefined) return true;
    return matches(asked.request[field] ?? ["*"], key) && this.mayUse(asked.parent, field, key);
  }

  depth(actor: string): number {
    const asked = this.asked.get(actor);
    return asked === undefined ? CAPS.depth : Math.min(asked.request.depth ?? 99, this.depth(asked.parent) - 1);
  }

  until(actor: string): number {
    const asked = this.asked.get(actor);
    if (asked === undefined) return this.deadline;
    return Math.min(asked.at + (asked.request.timeoutMs ?? Infinity), this.until(asked.parent));
  }

  /** Whether a request reaches beyond what its delegator has. */
  widens(actor: string, { tools = [], reads = [], writes = [], depth, timeoutMs }: DelegationRequest, now: number) {
    const beyond = (field: "reads" | "writes", patterns: readonly string[]): boolean =>
      KEYS.some((key) => matches(patterns, key) && !this.mayUse(actor, field, key));
    return (
      tools.some((tool) => !this.mayCall(actor, tool)) ||
      beyond("reads", reads) ||
      beyond("writes", writes) ||
      (depth ?? 0) > this.depth(actor) - 1 ||
      now + (timeoutMs ?? 0) > this.until(actor)
    );
  }

  chain(actor: string): readonly string[] {
    const parent = this.asked.get(actor)?.parent;
    return [...(parent === undefined ? [] : this.chain(parent)), this.agents.get(actor) as string];
  }
}

const scope = fc.oneof({ arbitrary: fc.constant(["*"]), weight: 2 }, { arbitrary: fc.subarray(PATTERNS), weight: 1 });
const grants = fc
  .tuple(
    ...AGENTS.map((name) =>
      fc.record({ tools: fc.subarray(TOOLS, { minLength: 1 }), reads: scope, writes: scope }).map((more) => ({
        ...grantOf(name, more),
        delegates: AGENTS.filter((other) => other !== name),
      })),
    ),
  )
  .map((list): readonly AgentGrant[] => list);

const request = fc.record(
  {
    tools: fc.subarray(TOOLS),
    reads: fc.subarray(PATTERNS, { maxLength: 2 }),
    writes: fc.subarray(PATTERNS, { maxLength: 2 }),
    depth: fc.integer({ min: 0, max: 6 }),
    timeoutMs: fc.integer({ min: 1, max: 40 }),
  },
  { requiredKeys: [] },
);
const plain = fc.constant<DelegationRequest>({});

const move = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant("delegate" as const),
      /** Of the attempts at work, counted from the deepest. */
      who: fc.constantFrom(0, 0, 0, 1, 3),
      agent: fc.constantFrom(...AGENTS),
      request: fc.oneof({ arbitrary: plain, weight: 3 }, { arbitrary: request, weight: 2 }),
    }),
    weight: 8,
  },
  { arbitrary: fc.record({ kind: fc.constantFrom("done" as const, "failed" as const), who: fc.nat(3) }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 5 }) }), weight: 1 },
);

const parentOf = (task: string): string => task.slice(0, task.lastIndexOf("/"));

/** What holds in every state of every run. */
function hold(run: DelegationRun, oracle: Oracle): void {
  const { tasks, delegated = [], running, settled } = run.state.schedule;
  const open = tasks.filter(({ status }) => ["ready", "running", "backing-off"].includes(status));
  const parts = tasks.filter(({ id }) => id.includes("/"));
  expect([...delegated].sort()).toEqual(
    tasks.flatMap((task, place) => (open.includes(task) && task.id.includes("/") ? [place] : [])).sort(),
  );
  expect(running).toBe(tasks.filter(({ status }) => status === "running").length);
  expect(settled).toBe(tasks.length - open.length);
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
  // G3
  expect(parts.length).toBeLessThanOrEqual(CAPS.total);
  for (const { id } of tasks) {
    expect(id.split("/").length - 1).toBeLessThanOrEqual(CAPS.depth);
    expect(open.filter((part) => part.id.includes("/") && parentOf(part.id) === id).length).toBeLessThanOrEqual(
      CAPS.width,
    );
  }
  for (const part of open.filter(({ id }) => id.includes("/"))) {
    // G5: nobody works for somebody who has ended.
    const parent = tasks.find(({ id }) => id === parentOf(part.id));
    expect(part.delegation?.by).toBe(`${parent?.id}#${parent?.attempt}`);
    expect(parent?.status).toBe("running");
  }
  // I-O8: along a chain nobody comes twice, so nobody waits for somebody who waits for them.
  for (const actor of run.running) {
    const chain = oracle.chain(actor);
    expect(new Set(chain).size).toBe(chain.length);
  }
}

/** What an attempt was given, against what the oracle says: the same, key by key, and so within what its delegator has. */
function check(actor: string, attempt: Attempt, oracle: Oracle, end: number | null): void {
  const asked = oracle.asked.get(actor);
  if (asked === undefined) return;
  const { authority, chain } = attempt;
  expect(chain).toEqual(oracle.chain(actor));
  for (const tool of TOOLS)
    expect(authority?.tools.includes(tool), `${actor} ${tool}`).toBe(oracle.mayCall(actor, tool));
  for (const field of ["reads", "writes"] as const) {
    for (const key of KEYS)
      expect(matches(authority?.[field] ?? [], key), `${actor} ${field} ${key}`).toBe(oracle.mayUse(actor, field, key));
  }
  expect(authority?.depth).toBe(oracle.depth(actor));
  expect(authority?.until ?? Infinity).toBe(oracle.until(actor));
  // One that had to wait for a place is stopped as it starts.
  expect(end ?? Infinity).toBe(Math.max(oracle.until(actor), attempt.startedAt));
  // Along the edge, in so many words.
  const { parent } = asked;
  expect(oracle.depth(actor)).toBeLessThan(oracle.depth(parent));
  expect(oracle.until(actor)).toBeLessThanOrEqual(oracle.until(parent));
  for (const tool of TOOLS) expect(!oracle.mayCall(actor, tool) || oracle.mayCall(parent, tool)).toBe(true);
}

let deepest = 0;
const rules = new Map<string, number>();

it("I-P3 A-ID-01 A-ID-02 gives a part of a task exactly what its delegator, its agent and the request all allow, and never more", () => {
  fc.assert(
    fc.property(
      grants,
      fc.constantFrom(null, 60),
      fc.array(move, { minLength: 5, maxLength: 40 }),
      (agents, timeoutMs, moves) => {
        const run = new DelegationRun(
          planOf(taskOf("t", { agent: "a0", ...(timeoutMs === null ? {} : { timeoutMs }) })),
          {
            agents,
            delegation: CAPS,
            concurrency: 4,
            retries: 0,
          },
        );
        const oracle = new Oracle(agents, timeoutMs ?? Infinity);
        let checked = 0;
        for (const one of moves) {
          const { running } = run;
          if (one.kind === "pass") {
            run.now = Math.min(run.now + one.ms, 59);
            continue;
          }
          const actor = running.toReversed()[Math.min(one.who, running.length - 1)];
          if (actor === undefined) break;
          if (one.kind !== "delegate") run[one.kind](actor);
          else {
            const before = run.commands.length;
            const ruled = run.delegate(actor, one.agent, { ...one.request, objective: "a part" });
            const [rule = ""] = ruled;
            rules.set(rule, (rules.get(rule) ?? 0) + 1);
            const isFamiliar = oracle.chain(actor).includes(one.agent);
            const widens = oracle.widens(actor, one.request, run.now);
            if (rule === "delegation.granted") {
              expect([isFamiliar, widens, oracle.depth(actor) > 0, run.now < oracle.until(actor)]).toEqual([
                false,
                false,
                true,
                true,
              ]);
              const { id } = run.state.schedule.tasks.at(-1) as { readonly id: string };
              oracle.asked.set(`${id}#1`, { parent: actor, request: one.request, at: run.now });
              oracle.agents.set(`${id}#1`, one.agent);
              deepest = Math.max(deepest, id.split("/").length - 1);
            } else {
              const isOwn = one.agent === oracle.agents.get(actor);
              expect(rule).toMatch(/^delegation\./);
              if (isOwn) expect(rule).toBe("delegation.closed-world");
              else if (isFamiliar) expect(rule).toBe("delegation.cycle");
              else if (oracle.depth(actor) === 0) expect(rule).toBe("delegation.depth");
              else if (oracle.until(actor) <= run.now) expect(rule).toBe("delegation.deadline");
              else if (widens) expect(rule).toBe("delegation.widens");
              else expect(rule).toMatch(/^delegation\.(width|total)$/);
              const said = run.commands.slice(before).filter(({ type }) => type === "tell");
              expect(said).toHaveLength(1);
            }
          }
          for (const command of run.commands.slice(checked)) {
            if (command.type !== "spawn") continue;
            const input = command.params.input as unknown as {
              readonly attempt: Attempt;
              readonly timeoutMs: number | null;
            };
            const { attempt } = input;
            check(
              attempt.actor,
              attempt,
              oracle,
              input.timeoutMs === null ? null : attempt.startedAt + input.timeoutMs,
            );
          }
          checked = run.commands.length;
          hold(run, oracle);
          // G6
          const heard = run.told.map(({ to, n }) => `${to}/${n}`);
          expect(new Set(heard).size).toBe(heard.length);
        }
      },
    ),
    { numRuns: 1_000 },
  );
  expect(deepest).toBe(6);
  expect([...rules.keys()].toSorted()).toEqual([
    "delegation.closed-world",
    "delegation.cycle",
    "delegation.deadline",
    "delegation.depth",
    "delegation.granted",
    "delegation.total",
    "delegation.widens",
    "delegation.width",
  ]);
});

const threw = { code: "policy.denied", message: "it may not" } as const;

it("A-MSG-02 G6 a delegator hears each part's first end, once, whatever comes twice, late or for another attempt", () => {
  const ending = fc.record({
    actor: fc.constantFrom("t/0#1", "t/1#1", "t/2#1", "t/0/0#1", "t#1"),
    kind: fc.constantFrom("done" as const, "failed" as const),
    number: fc.constantFrom(0, 1, 1, 1, 2),
    output: fc.nat(99).map(String),
  });
  fc.assert(
    fc.property(fc.array(ending, { minLength: 1, maxLength: 14 }), (endings) => {
      const agents = AGENTS.map((name) => ({ ...grantOf(name), delegates: AGENTS.filter((other) => other !== name) }));
      const run = new DelegationRun(planOf(taskOf("t", { agent: "a0" })), { agents, retries: 0, concurrency: 9 });
      for (const agent of ["a1", "a2", "a3"]) run.delegate("t#1", agent);
      run.delegate("t/0#1", "a4");
      const ended = new Set<string>();
      const expected = new Map<string, string>();
      for (const { actor, kind, number, output } of endings) {
        const position = run.attempts.get(actor)?.position ?? -1;
        const end = { actor, position, number, output, failure: threw, findings: [] };
        run.move((state) => (kind === "done" ? settleDone : settleFailed)(state, end, at(0)));
        // Nobody hears of what ends with somebody above it.
        const isOver = [...ended].some((one) => one === actor || actor.startsWith(`${one.slice(0, -2)}/`));
        if (number !== 1 || isOver) continue;
        ended.add(actor);
        if (actor !== "t#1") expected.set(actor, kind === "done" ? output : "failed");
      }
      const heard = run.told.map(({ result }) => {
        const { kind, task, output } = (result as unknown as { value: { kind: string; task: string; output: string } })
          .value;
        return [`${task}#1`, kind === "completed" ? output : "failed"];
      });
      expect(heard).toEqual([...expected]);
    }),
    { numRuns: 500 },
  );
});
