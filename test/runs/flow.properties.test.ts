/**
 * I-F1, I-F2, A-MEM-02: random graphs of tools, models, reads, writes, tasks, failed attempts and restarts.
 *
 * The oracle is the data itself. Each source outside returns a token; agents hand on every token they have heard, and
 * nothing else. What a context must carry then follows from the tokens in what it says, and no rule of ours is asked.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  defineAgent,
  defineTool,
  type Entry,
  type Labels,
  type OrchestratorConfig,
  type PolicyRequest,
  type Tracked,
} from "../../index.ts";
import { memoryStore } from "../../src/adapters/stores/memory.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { faultStore } from "../../src/testing/fault-store.ts";
import { handTime } from "../../src/testing/hand-time.ts";
import { finish, house, START } from "../support/house.ts";

const PEOPLE = ["ann", "bob", "eve"];

/** What is outside, by token. */
const OUTSIDE: readonly Labels[] = [
  { integrity: "trusted", readers: "public" },
  { integrity: "untrusted", readers: "public" },
  { integrity: "trusted", readers: ["ann", "bob"] },
  { integrity: "trusted", readers: ["bob", "eve"] },
  { integrity: "untrusted", readers: ["ann"] },
];

type Op =
  | { readonly do: "call"; readonly source: number }
  | { readonly do: "model" }
  | { readonly do: "probe" }
  | { readonly do: "write"; readonly key: number }
  | { readonly do: "read"; readonly key: number }
  | { readonly do: "both"; readonly source: number; readonly key: number };

interface TaskPlan {
  readonly ops: readonly Op[];
  /** Tasks before it whose outputs it needs. */
  readonly needs: readonly number[];
  readonly fails: boolean;
}

const source = fc.nat({ max: OUTSIDE.length - 1 });
const key = fc.nat({ max: 1 });
const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ do: fc.constant("call" as const), source }),
  fc.constantFrom({ do: "model" as const }, { do: "probe" as const }),
  fc.record({ do: fc.constant("write" as const), key }),
  fc.record({ do: fc.constant("read" as const), key }),
  fc.record({ do: fc.constant("both" as const), source, key }),
);
const graph: fc.Arbitrary<readonly TaskPlan[]> = fc.array(
  fc.record({
    ops: fc.array(op, { maxLength: 4 }),
    needs: fc.array(fc.nat({ max: 3 }), { maxLength: 2 }),
    fails: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Tokens in anything that was said: `<3>` is that of source 3. */
const tokensIn = (value: unknown): readonly number[] => [
  ...new Set([...JSON.stringify(value ?? null).matchAll(/<(\d)>/g)].map(([, token]) => Number(token))),
];
const said = (tokens: Iterable<number>): string => [...tokens].map((token) => `<${token}>`).join(" ");

/** What must be carried by whoever knows these tokens: one question to each source, about each person. */
const meaning = ({ integrity, readers }: Labels) => ({
  isTrusted: integrity === "trusted",
  may: [...PEOPLE, "a stranger"].filter((person) => readers === "public" || readers.includes(person)),
});
const expected = (tokens: readonly number[]) => {
  const sources = tokens.map((token) => meaning(OUTSIDE[token] as Labels));
  return {
    isTrusted: sources.every(({ isTrusted }) => isTrusted),
    may: [...PEOPLE, "a stranger"].filter((person) => sources.every(({ may }) => may.includes(person))),
  };
};

interface Seen {
  readonly requests: PolicyRequest[];
  readonly entries: Entry[];
}

const sources = OUTSIDE.map((labels, token) =>
  defineTool({
    name: `source${token}`,
    effect: "read",
    // The one that is the default says nothing.
    ...(token === 1 ? {} : { labels: token % 2 === 0 ? labels : () => labels }),
    run: () => `<${token}>`,
  }),
);
const NOTHING: Labels = { integrity: "trusted", readers: "public" };
const model = defineTool({ name: "model", effect: "read", labels: NOTHING, run: (text: string) => text });
const probe = defineTool({ name: "probe", effect: "read", labels: NOTHING, run: (_: string) => "seen" });

function configFor(plans: readonly TaskPlan[], seen: Seen): OrchestratorConfig {
  const worker = defineAgent({
    name: "worker",
    tools: [...sources, model, probe],
    reads: ["*"],
    writes: ["*"],
    run: async ({ task, inputs, findings, attempt }, { tool, read, write }) => {
      const call = tool as (name: string, args: unknown) => Promise<unknown>;
      const heard = new Set(tokensIn([inputs, findings]));
      const hear = (value: unknown): void => {
        for (const token of tokensIn(value)) heard.add(token);
      };
      const recall = async (of: number): Promise<void> => {
        const entry = await read(`k${of}`);
        if (entry !== undefined) seen.entries.push(entry);
        hear(entry?.value);
      };
      const plan = plans[Number(task.slice(1))];
      for (const step of plan?.ops ?? []) {
        if (step.do === "call") hear(await call(`source${step.source}`, {}));
        else if (step.do === "model" || step.do === "probe") hear(await call(step.do, said(heard)));
        else if (step.do === "write") await write(`k${step.key}`, said(heard));
        else if (step.do === "read") await recall(step.key);
        else await Promise.all([call(`source${step.source}`, {}).then(hear), recall(step.key)]);
      }
      await call("probe", said(heard));
      if (plan?.fails === true && attempt === 1) throw new Error(said(heard));
      return said(heard);
    },
  });
  return {
    name: "graph",
    agents: { worker },
    planner: {
      tasks: plans.map(({ needs }, place) => ({
        id: `t${place}`,
        agent: "worker",
        needs: [...new Set(needs.filter((need) => need < place))].map((need) => `t${need}`),
      })),
    },
    loops: { identical: 99 },
    policy: {
      id: "spy",
      decide: (request) => {
        seen.requests.push(request);
        return { kind: "allow", rule: "spy" };
      },
    },
    parkAfterMs: 0,
    graceMs: 0,
  };
}

it("I-F1 I-F2 A-MEM-02 every context, entry and output carries exactly what it was made of, over restarts too", async () => {
  let restarts = 0;
  await fc.assert(
    fc.asyncProperty(graph, fc.nat({ max: 40 }), async (plans, killed) => {
      const seen: Seen = { requests: [], entries: [] };
      const inner = memoryStore();
      const time = handTime(START);
      const store = faultStore(inner, [{ kind: "kill", at: killed + 2, when: "after" }]);
      const first = house(configFor(plans, seen), { store, time });
      await first.orchestrator
        .start({ objective: "o" })
        .then((run) => finish(first, run))
        .catch(() => {});
      const died = store.isDead;
      const home = died ? house(configFor(plans, seen), { store: inner, time }) : first;
      const run = died ? await home.orchestrator.resume("run_1") : home.orchestrator.run("run_1");
      const report = await finish(home, run);
      expect(report.status).toBe("completed");
      for (const { call, labels } of seen.requests) {
        if (call.tool === "probe" || call.tool === "model")
          expect(meaning(labels as Labels), `${call.tool} ${String(call.args)}`).toEqual(expected(tokensIn(call.args)));
      }
      for (const { value, labels } of seen.entries)
        expect(meaning(labels as Tracked)).toEqual(expected(tokensIn(value)));
      const { context } = await home.orchestrator.run("run_1").actor.load();
      for (const { id, output, labels } of (context as RunState).schedule.tasks)
        expect(meaning(labels as Tracked), id).toEqual(expected(tokensIn(output)));
      restarts += died ? 1 : 0;
    }),
    { numRuns: 150 },
  );
  // Or the half of it that matters was not tried.
  expect(restarts).toBeGreaterThan(50);
});
