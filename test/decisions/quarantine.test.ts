import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/contracts/json.ts";
import type { Plan } from "../../src/contracts/plan.ts";
import { admitAll, enqueue } from "../../src/decisions/admission.ts";
import { adopt, dispatch, settleDone } from "../../src/decisions/assignment.ts";
import { layOut } from "../../src/decisions/layout.ts";
import { bench, quarantine, taintOf } from "../../src/decisions/quarantine.ts";
import type { RunState } from "../../src/decisions/run-state.ts";
import { agentActorOf } from "../../src/decisions/schedule.ts";
import { at, boardOf, grantOf, plannedRun, planOf, settingsOf, taskOf, writeOf } from "../support/runs.ts";

const grants = ["ann", "bob", "eve"].map((name) => grantOf(name, { reads: ["*"], writes: ["*"] }));
const settings = { agents: grants, concurrency: 9 };

/** Starts what is ready, has each task read and write as it is told, and ends those that are to end. */
function played(
  plan: Plan,
  does: { readonly [task: string]: { reads?: string[]; writes?: string[]; ends?: boolean } },
): RunState {
  let state = plannedRun(plan, settings);
  for (;;) {
    state = dispatch(state, at(0)).state;
    const position = state.schedule.tasks.findIndex(
      ({ status, id }) => status === "running" && does[id]?.ends !== false,
    );
    const task = state.schedule.tasks[position];
    if (task === undefined) return state;
    const { reads = [], writes = [] } = does[task.id] ?? {};
    const acts = [
      ...reads.map((key) => ({ kind: "read" as const, key })),
      ...writes.map((key) => writeOf(key, task.id)),
    ];
    for (const [n, act] of acts.entries())
      state = admitAll(
        enqueue(state, boardOf(`${agentActorOf(task)}/${n}`, act, { agent: task.agent, position })),
        at(0),
      ).state;
    const done = { actor: agentActorOf(task), position, number: task.attempt, output: task.id as Json };
    state = settleDone(state, done, at(0)).state;
  }
}

const story = planOf(
  taskOf("bad", { agent: "eve" }),
  taskOf("direct", { needs: ["bad"] }),
  taskOf("indirect", { agent: "bob", needs: ["direct"] }),
  taskOf("reader", { agent: "bob" }),
  taskOf("clean"),
  taskOf("waits", { needs: ["indirect"] }),
);
const doing = {
  bad: { writes: ["plan"] },
  clean: { writes: ["other"] },
  indirect: { ends: false },
  reader: { reads: ["plan", "other"], writes: ["summary"] },
};
const plan: Plan = { tasks: story.tasks.map((task) => (task.id === "reader" ? { ...task, needs: ["clean"] } : task)) };

describe("Z1", () => {
  it("A-MEM-01, A-CAS-01, Z1 traces what an agent made through outputs and the blackboard, to everything built on it", () => {
    const state = played(plan, doing);
    const { tasks, keys } = taintOf(state, "eve");
    expect([...tasks].map((position) => state.schedule.tasks[position]?.id).toSorted()).toEqual(
      ["bad", "direct", "indirect", "reader"].toSorted(),
    );
    expect([...keys].toSorted()).toEqual(["plan", "summary"]);
  });

  it("Z1 follows an output to the twin that took it", () => {
    const goal = "list the issues";
    const same = planOf(
      taskOf("bad", { agent: "eve", goal }),
      taskOf("again", { agent: "eve", goal }),
      taskOf("use", { needs: ["again"] }),
    );
    const state = played(same, {});
    expect(state.schedule.tasks[1]?.sharedFrom).toBe("bad");
    const given = {
      ...state,
      schedule: {
        ...state.schedule,
        tasks: state.schedule.tasks.map((task, n) => (n === 1 ? { ...task, agent: "bob" } : task)),
      },
    };
    expect(taintOf(given, "eve").tasks).toEqual(new Set([0, 1, 2]));
  });

  it("Z1 still knows under a new plan what was built on what", () => {
    const before = played(plan, { ...doing, indirect: {} });
    const state = adopt(before, planOf("more"));
    const { tasks } = taintOf(state, "eve");
    expect([...tasks].map((position) => state.schedule.tasks[position]?.id)).toEqual(
      expect.arrayContaining(["bad", "direct", "indirect", "waits", "reader"]),
    );
  });

  it("Z1 taints what a plain walk over all edges taints, and nothing else", () => {
    const names = ["t0", "t1", "t2", "t3", "t4"];
    const keys = ["k0", "k1"];
    const task = fc.record({
      agent: fc.constantFrom("ann", "bob", "eve"),
      needs: fc.subarray([0, 1, 2, 3]),
      reads: fc.subarray(keys),
      writes: fc.subarray(keys),
      ends: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(task, { minLength: 1, maxLength: 5 }), (made) => {
        const state = played(
          planOf(
            ...made.map(({ agent, needs }, n) =>
              taskOf(names[n] as string, {
                agent,
                needs: needs.filter((need) => need < n).map((need) => names[need] as string),
              }),
            ),
          ),
          Object.fromEntries(made.map(({ reads, writes, ends }, n) => [names[n] as string, { reads, writes, ends }])),
        );
        // The oracle: repeat until nothing is added, over all pairs.
        const dirty = new Set<string>();
        for (let size = -1; size !== dirty.size; ) {
          size = dirty.size;
          for (const one of state.schedule.tasks) {
            if (one.status !== "completed" && one.status !== "running") continue;
            const spec = made[names.indexOf(one.id)];
            const built =
              one.agent === "eve" ||
              one.needs.some(([, need]) => dirty.has(state.schedule.tasks[need]?.id ?? "")) ||
              (one.sources ?? []).some(({ what }) => what.kind === "entry" && dirty.has(`board ${what.key}`));
            if (built && spec !== undefined) dirty.add(one.id);
          }
          for (const [key, { author }] of Object.entries(state.board))
            if (dirty.has(author.task) || author.agent === "eve") dirty.add(`board ${key}`);
        }
        const { tasks, keys: tainted } = taintOf(state, "eve");
        const found = [
          ...[...tasks].map((n) => state.schedule.tasks[n]?.id),
          ...[...tainted].map((key) => `board ${key}`),
        ];
        expect(found.toSorted()).toEqual([...dirty].toSorted());
      }),
      { numRuns: 300 },
    );
  });
});

describe("Z2, Z3", () => {
  const suspicion = { agent: "eve", reason: "it lies" };

  it("Z2 withdraws what is tainted as a new version, and leaves the rest", () => {
    const { state } = quarantine(played(plan, doing), suspicion, at(9));
    expect(state.board["plan"]).toMatchObject({ value: null, version: 2, author: { agent: "orchestrator" }, at: 9 });
    expect(state.board["summary"]).toMatchObject({ value: null });
    expect(state.board["other"]).toMatchObject({ value: "clean", version: 1 });
  });

  it("Z3 what others built on it is done again; what the agent did has failed, when nobody takes over", () => {
    const before = played(plan, doing);
    const { state, commands } = quarantine(before, suspicion, at(9));
    const statuses = Object.fromEntries(state.schedule.tasks.map(({ id, status }) => [id, status]));
    expect(statuses).toMatchObject({ bad: "failed", direct: "failed", clean: "completed", reader: "ready" });
    expect(commands.filter(({ type }) => type === "tell")).toMatchObject([{ params: { to: "indirect#1" } }]);
    expect(state.quarantines).toMatchObject([{ agent: "eve", tasks: expect.arrayContaining(["bad", "reader"]) }]);
  });

  it("Z3 its fallback does its tasks, and those built on them follow in order", () => {
    const agents = grants.map((one) => (one.name === "eve" ? { ...one, fallback: "ann" } : one));
    const before = played(plan, doing);
    const { state } = quarantine({ ...before, settings: settingsOf({ ...settings, agents }) }, suspicion, at(9));
    const [bad, direct] = state.schedule.tasks;
    expect(bad).toMatchObject({ status: "ready", agent: "ann" });
    expect(direct).toMatchObject({ status: "waiting", unmet: 1 });
    expect(state.schedule).toMatchObject({ running: 0, settled: 1, failed: 0 });
  });

  it("Z3 it is given nothing by a new plan either", () => {
    const { state } = quarantine(played(plan, doing), suspicion, at(9));
    const next = bench(adopt(state, planOf(taskOf("again", { agent: "eve" }))));
    expect(next.schedule.tasks.find(({ id }) => id === "again")).toMatchObject({ status: "failed" });
  });

  it("Z3 twice is once", () => {
    const { state } = quarantine(played(plan, doing), suspicion, at(9));
    expect(quarantine(state, suspicion, at(10))).toEqual({ state, commands: [] });
  });

  it("counts what waits on what as a fresh schedule would", () => {
    const { state } = quarantine(played(plan, doing), { agent: "nobody", reason: "" }, at(9));
    expect(state.schedule.tasks.map(({ status }) => status)).toEqual(
      played(plan, doing).schedule.tasks.map(({ status }) => status),
    );
    expect(layOut(plan, state.settings).ready.length).toBeGreaterThan(0);
  });
});
