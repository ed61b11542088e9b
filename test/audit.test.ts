/** The audit of all runs: what it would find. */
import { describe, expect, it } from "vitest";
import { defineAgent, defineTool } from "../index.ts";
import type { JournalEntry, Message } from "../src/contracts/journal.ts";
import type { Json } from "../src/contracts/json.ts";
import { type Audited, audit, digestOf, NOTHING } from "./support/audit.ts";
import { audited, faultsOfAllRuns } from "./support/audit-runs.ts";
import { finish, house } from "./support/house.ts";

const GATE = "a#1/0";
let seq = 0;

const entry = (more: Partial<JournalEntry>): JournalEntry => ({
  run: "run_1",
  seq: ++seq,
  at: 0,
  epoch: 1,
  kind: "signal",
  to: "orchestrator",
  event: { type: "" },
  moved: [],
  ruled: [],
  answered: [],
  intents: [],
  replies: [],
  ...more,
});

const start = entry({ kind: "start", event: { type: "run.start", settings: { policy: "p1" } } });
const propose = (args: Json) =>
  entry({ kind: "request", to: "a#1", event: { type: "act.proposed", n: 0, act: { kind: "tool", tool: "t", args } } });
const judge = (kind: string, args: Json, policy?: string | null) =>
  entry({
    answered: [
      {
        key: `${GATE}/judge/0`,
        event: {
          type: "effect.done",
          output: {
            verdict: { kind, rule: "r" },
            call: { digest: digestOf(args) },
            ...(policy === undefined ? {} : { policy }),
          },
        },
      },
    ],
  });
const word = (decision: string, digest: string, value?: Json) =>
  entry({
    event: { type: "question.decide", word: { value: value ?? null } } as Message,
    ruled: [{ actor: `${GATE}/approve/0`, rule: "approval.decided", verdict: decision, data: { digest } }],
  });
const begin = (round = 0) => entry({ intents: [{ key: `${GATE}/execute/${round}`, src: "execute", effect: "once" }] });
const change = (policy: string) => entry({ event: { type: "policy.changed", policy } });

const faultsOf = (...entries: readonly JournalEntry[]): string =>
  entries.reduce<Audited>(audit, NOTHING).faults.join("; ");

describe("the audit", () => {
  const args = { a: 1 };

  it.each<[string, readonly JournalEntry[]]>([
    ["an allowed call", [start, propose(args), judge("allow", args), begin()]],
    ["one a person agreed to", [start, propose(args), judge("ask", args), word("approve", digestOf(args)), begin()]],
    [
      "one a person has edited",
      [
        start,
        propose(args),
        judge("ask", args),
        word("edit", digestOf(args), { a: 2 }),
        judge("ask", { a: 2 }),
        begin(),
      ],
    ],
    [
      "one judged again",
      [start, propose(args), judge("allow", args), change("p2"), judge("allow", args, "p2"), begin()],
    ],
  ])("I-P1 has nothing to say of %s", (_, entries) => {
    expect(faultsOf(...entries)).toBe("");
  });

  it.each<[string, readonly JournalEntry[]]>([
    ["never judged", [start, propose(args), begin()]],
    ["denied", [start, propose(args), judge("deny", args), begin()]],
    ["without a person's word", [start, propose(args), judge("ask", args), begin()]],
    ["without a person's word", [start, propose(args), judge("ask", args), word("approve", digestOf(7)), begin()]],
    ["without a person's word", [start, propose(args), judge("ask", args), word("reject", digestOf(args)), begin()]],
    ["other arguments", [start, propose({ a: 2 }), judge("allow", args), begin()]],
    ["other arguments", [start, propose(args), judge("ask", args), word("edit", "", { a: 2 }), begin()]],
    ["judged under p1, begun under p2", [start, propose(args), judge("allow", args), change("p2"), begin()]],
    ["judged under null, begun under p1", [start, propose(args), judge("allow", args, null), begin()]],
    ["begun twice", [start, propose(args), judge("allow", args), begin(), begin(1)]],
  ])("I-P1 finds a call that was begun: %s", (fault, entries) => {
    expect(faultsOf(...entries)).toContain(fault);
  });

  it("I-P1 hears of every run of a test, and of every call", async () => {
    const act = defineTool({ name: "act", effect: "read", run: () => null });
    const agent = defineAgent({ name: "agent", tools: [act], run: (_, { tool }) => tool("act", null) });
    const before = { ...audited };
    const home = house({ name: "n", agents: { agent }, planner: { tasks: [{ id: "t", agent: "agent" }] } });
    const run = await home.orchestrator.start({ objective: "o" });
    await finish(home, run);
    expect(await faultsOfAllRuns()).toEqual([]);
    expect(audited.calls - before.calls).toBe(1);
    expect(audited.entries - before.entries).toBe((await home.store.head(run.id))?.seq);
  });
});
