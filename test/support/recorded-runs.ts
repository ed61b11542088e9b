/** Recorded runs: of every shape that a journal can have. */
import { setup } from "xstate";
import { agentActors, defineAgent, defineTool, type OrchestratorConfig } from "../../index.ts";
import type { ApprovalRequest } from "../../src/contracts/approvals.ts";
import type { Message } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";

export interface RecordedRun {
  readonly name: string;
  readonly config: () => OrchestratorConfig;
  /** What people say; undefined to say nothing. */
  readonly decide: (question: ApprovalRequest) => Message | undefined;
  /** How it ends. */
  readonly state: string;
}

const silent = (): undefined => undefined;

const word = ({ digest }: ApprovalRequest, decision: string, value?: Json): Message => ({
  type: "question.decide",
  word: { digest, decision, by: "ann", ...(value === undefined ? {} : { value }) },
});

const look = defineTool({ name: "look", effect: "read", run: async ({ at }: { at: string }) => `seen ${at}` });
const same = defineTool({ name: "same", effect: "read", run: () => "same" });
const send = defineTool({
  name: "send",
  effect: "idempotent",
  needsApproval: true,
  estimate: () => ({ costUsd: 0.01 }),
  run: ({ text }: { text: string }, { spent }) => {
    spent({ costUsd: 0.005 });
    return `sent ${text}`;
  },
});

const mind = setup({ actors: agentActors, delays: { pause: 3_000 } }).createMachine({
  id: "mind",
  version: "1",
  initial: "looking",
  context: {},
  states: {
    looking: {
      invoke: {
        id: "look",
        src: "tool",
        input: { tool: "look", args: { at: "chart" } },
        onDone: { target: "resting" },
      },
    },
    resting: { after: { pause: { target: "asking" } } },
    asking: { invoke: { id: "ask", src: "ask", input: { question: "go on?" }, onDone: { target: "writing" } } },
    writing: {
      invoke: { id: "write", src: "write", input: { key: "notes", value: "from a chart" }, onDone: { target: "done" } },
    },
    done: { type: "final" },
  },
  output: () => ({ by: "a chart" }),
});

let validations = 0;

export const recordedRuns: readonly RecordedRun[] = [
  {
    name: "approvals, with an edit and a question",
    config: () => ({
      name: "approvals",
      agents: {
        clerk: defineAgent({
          name: "clerk",
          tools: [look, send],
          run: async (_, { tool, ask }) => {
            const [seen, name] = await Promise.all([tool("look", { at: "desk" }), ask("to whom?")]);
            return tool("send", { text: `${seen} to ${String(name)}` });
          },
        }),
      },
      planner: {
        tasks: [
          { id: "a", agent: "clerk" },
          { id: "b", agent: "clerk", needs: ["a"] },
        ],
      },
    }),
    decide: (question) =>
      question.kind === "answer"
        ? word(question, "answer", "bob")
        : word(
            question,
            question.actor.startsWith("a") ? "edit" : "approve",
            question.actor.startsWith("a") ? { text: "less" } : undefined,
          ),
    state: "completed",
  },
  {
    name: "retries, with timers and a rejected output",
    config: () => ({
      name: "retries",
      agents: {
        slow: defineAgent({
          name: "slow",
          tools: [look],
          evaluators: [{ name: "late", evaluate: (output) => ({ score: output === "good" ? 1 : 0 }) }],
          run: async ({ attempt }, { tool }) => {
            await tool("look", { at: `attempt ${attempt}` });
            if (attempt === 1) throw new Error("the first attempt fails");
            return attempt === 2 ? "poor" : "good";
          },
        }),
      },
      planner: {
        tasks: [
          { id: "a", agent: "slow", backoffMs: 500 },
          { id: "b", agent: "slow", backoffMs: 700 },
        ],
      },
    }),
    decide: silent,
    state: "completed",
  },
  {
    name: "conflicts over the blackboard",
    config: () => {
      const writer = (name: string) =>
        defineAgent({
          name,
          reads: ["*"],
          writes: ["*"],
          run: async (_, { write, read }) => {
            await write("plan", name, { expect: 0 }).catch(() => null);
            return (await read("plan"))?.value;
          },
        });
      return {
        name: "conflicts",
        agents: { left: writer("left"), right: writer("right") },
        planner: {
          tasks: [
            { id: "l", agent: "left" },
            { id: "r", agent: "right" },
          ],
        },
        conflicts: { resolve: async () => ({ winner: "refused" as const, rule: "newer", reason: "it is newer" }) },
      };
    },
    decide: silent,
    state: "completed",
  },
  {
    name: "an agent that is a chart, with a wait",
    config: () => ({
      name: "charts",
      agents: { mind: defineAgent({ name: "mind", tools: [look], writes: ["*"], machine: mind }) },
      planner: { tasks: [{ id: "a", agent: "mind" }] },
    }),
    decide: (question) => word(question, "answer", true),
    state: "completed",
  },
  {
    name: "delegation, with a question of the one who does it",
    config: () => ({
      name: "delegation",
      agents: {
        lead: defineAgent({
          name: "lead",
          tools: [look, send],
          delegates: ["clerk"],
          run: async ({ attempt }, { delegate }) => {
            const parts = await Promise.all(
              ["desk", "door"].map((objective) => delegate("clerk", { objective, timeoutMs: 60_000 })),
            );
            if (attempt === 1) throw new Error("the first attempt fails");
            return [...parts, await delegate("nobody", { objective: "?" }).catch(({ code }) => code)];
          },
        }),
        clerk: defineAgent({
          name: "clerk",
          tools: [look, send],
          run: async ({ objective }, { tool }) => tool("send", { text: await tool("look", { at: objective }) }),
        }),
      },
      planner: { tasks: [{ id: "a", agent: "lead" }] },
    }),
    decide: (question) => word(question, "approve"),
    state: "completed",
  },
  {
    name: "new plans: one with faults, one whose result was rejected",
    config: () => {
      validations = 0;
      return {
        name: "plans",
        agents: {
          clerk: defineAgent({ name: "clerk", tools: [look], run: (_, { tool }) => tool("look", { at: "x" }) }),
        },
        planner: async ({ number }) => ({ tasks: [{ id: `t${number}`, agent: number === 1 ? "nobody" : "clerk" }] }),
        validation: { evaluators: [{ name: "second", evaluate: async () => ({ score: ++validations > 1 ? 1 : 0 }) }] },
      };
    },
    decide: silent,
    state: "completed",
  },
  {
    name: "a loop, then a cap, then a person who grants more",
    config: () => ({
      name: "limits",
      agents: {
        parrot: defineAgent({
          name: "parrot",
          tools: [same, look],
          run: async (_, { tool }) => {
            for (let round = 0; round < 4; round++) await tool("same", null).catch(() => null);
            for (const at of ["b", "c", "d"]) await tool("look", { at });
            return "done";
          },
        }),
      },
      planner: { tasks: [{ id: "a", agent: "parrot" }] },
      budget: { maxToolCalls: 5, maxWallMs: 3_600_000 },
    }),
    decide: (question) => word(question, "approve"),
    state: "completed",
  },
  {
    name: "silence: nobody answers, and the run is cancelled",
    config: () => ({
      name: "silence",
      agents: {
        clerk: defineAgent({ name: "clerk", tools: [send], run: (_, { tool }) => tool("send", { text: "hi" }) }),
      },
      planner: { tasks: [{ id: "a", agent: "clerk", retries: 0 }] },
      approvals: { expiresMs: 60_000, escalations: [{ role: "lead", afterMs: 10_000 }] },
    }),
    decide: ({ role }) => (role === "lead" ? { type: "run.cancel", reason: "nobody answered" } : undefined),
    state: "cancelled",
  },
];
