import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { criticalPath } from "../../../src/decisions/inspection/critical-path.ts";

/** Every chain of tasks that ends at one, written out. */
const chainsTo = (
  tasks: readonly { readonly needs: readonly number[] }[],
  task: number,
): readonly (readonly number[])[] => {
  const before = (tasks[task]?.needs ?? []).flatMap((need) => chainsTo(tasks, need));
  return before.length === 0 ? [[task]] : before.map((chain) => [...chain, task]);
};

const plan = fc
  .array(fc.record({ needs: fc.array(fc.nat(5), { maxLength: 3 }), ms: fc.nat(3) }), { minLength: 1, maxLength: 7 })
  .map((tasks) => tasks.map(({ needs, ms }, n) => ({ ms, needs: n === 0 ? [] : needs.map((need) => need % n) })));

describe("the critical path", () => {
  it("P1 is a chain, and none takes longer", () => {
    fc.assert(
      fc.property(plan, (tasks) => {
        const path = [...criticalPath(tasks)].toSorted((a, b) => a - b);
        const time = (chain: readonly number[]): number => chain.reduce((sum, task) => sum + (tasks[task]?.ms ?? 0), 0);
        const all = tasks.flatMap((_, task) => chainsTo(tasks, task));
        expect(all.map((chain) => chain.join())).toContain(path.join());
        expect(time(path)).toBe(Math.max(...all.map(time)));
      }),
    );
  });

  it("is worked off for a chain of thousands, and for none", () => {
    const tasks = Array.from({ length: 20_000 }, (_, n) => ({ ms: 1, needs: n === 0 ? [] : [n - 1] }));
    expect(criticalPath(tasks).size).toBe(20_000);
    expect(criticalPath([]).size).toBe(0);
  });

  it("of tasks that need each other is found among the rest, and ends", () => {
    expect([
      ...criticalPath([
        { ms: 9, needs: [1] },
        { ms: 9, needs: [0] },
        { ms: 1, needs: [] },
      ]),
    ]).toEqual([2]);
  });
});
