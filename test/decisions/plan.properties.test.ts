import fc from "fast-check";
import { expect, it } from "vitest";
import type { Plan, Task } from "../../src/contracts/plan.ts";
import { faultsOf } from "../../src/decisions/plan.ts";
import { grantOf, taskOf } from "../support/runs.ts";

const ids = ["a", "b", "c", "d"];
const tasks = fc.uniqueArray(
  fc.record({ id: fc.constantFrom(...ids), needs: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 2 }) }),
  { selector: ({ id }) => id, minLength: 1 },
);

/** Takes away what needs nothing that is left, until nothing changes: what stays waits for itself. */
function hasCycle(plan: readonly { readonly id: string; readonly needs: readonly string[] }[]): boolean {
  let left = plan;
  for (;;) {
    const names = left.map(({ id }) => id);
    const next = left.filter(({ needs }) => needs.some((need) => names.includes(need)));
    if (next.length === left.length) return left.length > 0;
    left = next;
  }
}

it("P2 finds a cycle where taking away leaves does not come to an end, and only there", () => {
  let cyclic = 0;
  fc.assert(
    fc.property(tasks, (made) => {
      const plan: Plan = { tasks: made.map(({ id, needs }) => taskOf(id, { needs })) };
      const found = faultsOf(plan, [grantOf("ann")]);
      const cycle = found.find(({ code }) => code === "cycle");
      expect(cycle !== undefined).toBe(hasCycle(made));
      const missing = made.flatMap(({ needs }) => needs.filter((need) => !made.some(({ id }) => id === need)));
      expect(found.filter(({ code }) => code === "unknown-task")).toHaveLength(missing.length);
      if (cycle === undefined) return;
      cyclic++;
      const ring = /: (.*);/.exec(cycle.message)?.[1]?.split(" → ") ?? [];
      expect(ring.at(0)).toBe(ring.at(-1));
      ring.slice(1).forEach((need, i) => {
        expect(made.find(({ id }) => id === ring[i])?.needs).toContain(need);
      });
    }),
    { numRuns: 5_000 },
  );
  expect(cyclic).toBeGreaterThan(500);
});

it("P1 answers for any JSON a model may give for a plan", () => {
  const field = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom("a", ["a"], { x: "a" }));
  const task = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.record(
      { id: field, agent: field, needs: field, input: field, retries: field, priority: field },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(fc.oneof(field, fc.record({ tasks: fc.array(task, { maxLength: 3 }), output: field })), (plan) => {
      const found = faultsOf(plan as unknown as Plan, [grantOf("ann", { requires: ["x"] })]);
      const made = (plan as { readonly tasks?: readonly (Task | null)[] } | null)?.tasks;
      if (found.length === 0) expect(Array.isArray(made) && made.every((one) => one?.agent === "ann")).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
