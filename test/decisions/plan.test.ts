import { describe, expect, it } from "vitest";
import type { Plan, PlanFault, Task } from "../../src/contracts/plan.ts";
import { faultsOf, needsOf } from "../../src/decisions/plan.ts";
import { grantOf, planOf, taskOf } from "../support/runs.ts";

const agents = [grantOf("ann"), grantOf("bob", { requires: ["text", "style"] })];
const faults = (...tasks: readonly (Task | string)[]): readonly PlanFault[] => faultsOf(planOf(...tasks), agents);
const codes = (found: readonly PlanFault[]): readonly string[] => found.map(({ code, task }) => `${code} ${task}`);

describe("a sound plan", () => {
  it("P2 has no faults, in any order of its tasks", () => {
    expect(faults(taskOf("c", { needs: ["a", "b"] }), taskOf("b", { needs: { x: "a", y: "a" } }), "a")).toEqual([]);
  });

  it("P2 may need what an earlier plan completed, and give it out", () => {
    const plan: Plan = { tasks: [taskOf("b", { needs: ["a"] })], output: "a" };
    expect(faultsOf(plan, agents, new Set(["a"]))).toEqual([]);
    expect(codes(faultsOf(plan, agents))).toEqual(["unknown-task b", "unknown-task undefined"]);
  });

  it("P2 gives an agent what it requires by needs and by input", () => {
    const bound = { agent: "bob", needs: { text: "a" }, input: { style: "plain" } };
    expect(faults("a", taskOf("b", bound))).toEqual([]);
    expect(faults("a", "text", taskOf("b", { ...bound, needs: ["text"] }))).toEqual([]);
  });
});

describe("faults", () => {
  it.each([{ tasks: [] }, {}, { tasks: "a" }, null, undefined])("P2 finds %j empty", (plan) => {
    expect(faultsOf(plan as never, agents)).toMatchObject([{ code: "empty" }]);
  });

  it.each(["", "a b", "_a", "a/b", "a#1", "é", "a".repeat(65), "a\0", 7, null, undefined])(
    "F-DAT-05 P2 refuses the id %j",
    (id) => {
      expect(faults(taskOf(id as never))[0]).toMatchObject({ code: "invalid-id", task: id });
    },
  );

  it("P2 takes an id of 64 letters, digits, dots, underscores and hyphens", () => {
    expect(faults(`A1._-${"z".repeat(59)}`)).toEqual([]);
  });

  it("P2 refuses an id that is there twice", () => {
    expect(codes(faults("a", "b", "a"))).toEqual(["duplicate-id a"]);
  });

  it("P2 refuses an agent nobody defined, and names those there are", () => {
    expect(faults(taskOf("a", { agent: "eve" }))).toEqual([
      { code: "unknown-agent", task: "a", message: 'task "a" is for agent "eve"; there are: ann, bob' },
    ]);
    expect(faultsOf(planOf("a"), [])[0]?.message).toMatch(/there are: none$/);
  });

  it("P2 refuses a task whose agent lacks an input, one fault for each", () => {
    expect(faults(taskOf("a", { agent: "bob" })).map(({ message }) => message)).toEqual([
      'task "a": agent "bob" requires "text"; bind it in needs or give it in input',
      'task "a": agent "bob" requires "style"; bind it in needs or give it in input',
    ]);
    for (const input of [["text", "style"], "text", null])
      expect(faults(taskOf("a", { agent: "bob", input }))).toHaveLength(2);
  });

  it.each([
    ["retries", -1],
    ["retries", 0.5],
    ["retries", "2"],
    ["backoffMs", -1],
    ["backoffMs", Number.NaN],
    ["timeoutMs", 0],
    ["timeoutMs", 2 ** 53],
    ["priority", Number.NaN],
    ["priority", "high"],
  ])("P2 refuses %s of %s", (field, value) => {
    expect(codes(faults({ ...taskOf("a"), [field]: value }))).toEqual(["invalid-value a"]);
  });

  it("P2 takes the least of each number", () => {
    expect(faults(taskOf("a", { retries: 0, backoffMs: 0, timeoutMs: 1, priority: -1.5 }))).toEqual([]);
  });

  it.each([null, 5, "b", true])("P2 refuses needs of %j", (needs) => {
    expect(codes(faults(taskOf("a", { needs: needs as never })))).toEqual(["invalid-value a"]);
  });

  it("P1 names what is no task, and goes on to the rest", () => {
    const tasks = [null, "b", 7, [], taskOf("a", { needs: ["x"] })] as readonly unknown[] as readonly Task[];
    const found = faultsOf({ tasks }, agents);
    expect(found.map(({ message }) => message)).toEqual([
      "tasks[0] is not an object",
      "tasks[1] is not an object",
      "tasks[2] is not an object",
      "tasks[3] is not an object",
      'task "a" needs "x", which the plan does not have',
    ]);
  });

  it.each([
    { tasks: [{ id: { toString: 1 }, agent: "ann" }] },
    { tasks: [{ id: "a", agent: { toString: 1 } }] },
    { tasks: [{ id: "a", agent: "ann", needs: [{ toString: 1 }] }] },
    { tasks: [{ id: "a", agent: "ann", retries: { toString: 1 } }] },
    { tasks: [{ id: "a", agent: "ann" }], output: { toString: 1 } },
  ])("P1 shows a value that hides its text: %j", (plan) => {
    expect(faultsOf(plan as never, agents)[0]?.message).toContain('{"toString":1}');
  });

  it("P1 finds every fault of a plan at once", () => {
    const found = faultsOf(
      {
        tasks: [
          taskOf("a b", { agent: "eve", retries: -1 }),
          taskOf("c", { needs: ["d"] }),
          taskOf("d", { needs: ["c", "x"] }),
          taskOf("c"),
          taskOf("s", { needs: ["s"] }),
        ],
        output: "z",
      },
      agents,
    );
    expect(codes(found)).toEqual([
      "invalid-id a b",
      "unknown-agent a b",
      "invalid-value a b",
      "unknown-task d",
      "duplicate-id c",
      "unknown-task undefined",
      "cycle s",
    ]);
  });
});

describe("cycles", () => {
  const ring = (length: number): readonly Task[] =>
    Array.from({ length }, (_, i) => taskOf(`t${i}`, { needs: [`t${(i + 1) % length}`] }));

  it.each([1, 2, 3, 4, 5, 6])("P2 I-O8 finds a cycle of %i, and shows it whole", (length) => {
    const names = ring(length).map(({ id }) => id);
    const found = faults("free", ...ring(length), taskOf("after", { needs: ["t0"] }));
    expect(found).toEqual([
      {
        code: "cycle",
        task: "t0",
        message: `these tasks wait for each other: ${[...names, "t0"].join(" → ")}; remove one of the needs`,
      },
    ]);
  });

  it("P2 shows only the tasks of the cycle, not the way to it", () => {
    const found = faults(taskOf("way", { needs: ["free", "t0"] }), "free", ...ring(2));
    expect(found[0]?.message).toMatch(/: t0 → t1 → t0;/);
  });

  it("P2 takes a diamond and a shared need for no cycle", () => {
    const diamond = [
      taskOf("d", { needs: ["b", "c"] }),
      taskOf("b", { needs: ["a"] }),
      taskOf("c", { needs: ["a", "b"] }),
      "a",
    ];
    expect(faults(...diamond)).toEqual([]);
  });

  it.each([["first to last"], ["last to first"]])("P2 walks a chain of 10,000 tasks, listed %s", (order) => {
    const chain = Array.from({ length: 10_000 }, (_, i) => taskOf(`t${i}`, i === 0 ? {} : { needs: [`t${i - 1}`] }));
    if (order === "last to first") chain.reverse();
    expect(faults(...chain)).toEqual([]);
    expect(faults(...chain.map((one) => (one.id === "t0" ? taskOf("t0", { needs: ["t9999"] }) : one)))).toHaveLength(1);
  });
});

describe("needsOf", () => {
  it("names needs by their key, and those of a list by their task", () => {
    expect(needsOf(taskOf("a"))).toEqual([]);
    expect(needsOf(taskOf("a", { needs: ["b"] }))).toEqual([["b", "b"]]);
    expect(needsOf(taskOf("a", { needs: { x: "b" } }))).toEqual([["x", "b"]]);
  });
});
