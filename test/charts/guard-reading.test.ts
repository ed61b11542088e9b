import { describe, expect, it } from "vitest";
import { and, createActor, createMachine, not, or, setup, stateIn } from "xstate";
import { guardReadings } from "../../src/charts/guard-reading.ts";

const holds = (guard: unknown, context: object) => {
  const machine = createMachine({
    context,
    initial: "a",
    states: { a: { on: { go: { guard: guard as never, target: "b" } } }, b: {} },
  });
  const snapshot = createActor(machine).getSnapshot();
  return guardReadings(machine, snapshot)[0];
};

describe("a guard is read", () => {
  it("with what it looked at, by path and value", () => {
    const reading = holds(
      ({ context }: { context: { a: { b: number[] }; c: string } }) => context.a.b.length > 1 && context.c === "x",
      {
        a: { b: [1, 2] },
        c: "y",
      },
    );
    expect(reading).toMatchObject({ edge: "a/go/1", holds: false });
    expect(reading?.read).toEqual([
      { path: "a.b.length", value: 2 },
      { path: "c", value: "y" },
    ]);
  });

  it("R2 as unknown where it looks at the event, itself or through its params", () => {
    expect(holds(({ event }: { event: { n: number } }) => event.n > 1, {})?.holds).toBe("unknown");
    const machine = setup({
      guards: { isBig: (_, n: number) => n > 1, isWhole: (_, event: { n: number }) => event.n > 1 },
    }).createMachine({
      initial: "a",
      states: {
        a: {
          on: {
            one: {
              guard: { type: "isBig", params: ({ event }) => (event as unknown as { n: number }).n },
              target: "b",
            },
            all: { guard: { type: "isWhole", params: ({ event }) => event as never }, target: "b" },
            no: { guard: { type: "isBig", params: 7 }, target: "b" },
          },
        },
        b: {},
      },
    });
    expect(guardReadings(machine, createActor(machine).getSnapshot()).map((one) => one.holds)).toEqual([
      "unknown",
      "unknown",
      true,
    ]);
  });

  it("R1 without being able to change anything", () => {
    const context = { list: [3, 1, 2], deep: { n: 1 }, map: new Map([["a", 1]]) };
    for (const guard of [
      ({ context: c }: { context: typeof context }) => c.list.push(4) > 0,
      ({ context: c }: { context: typeof context }) => c.list.sort().length > 0,
      ({ context: c }: { context: typeof context }) =>
        Reflect.set(c.deep, "n", 2) || Boolean(Object.assign(c.deep, { n: 2 })),
      ({ context: c }: { context: { deep?: object } }) => delete c.deep,
      ({ context: c }: { context: typeof context }) => Boolean(Object.assign(c.deep, { m: 1 })),
      ({ context: c }: { context: typeof context }) => Boolean(Object.setPrototypeOf(c.deep, null)),
    ])
      expect(holds(guard, context)?.holds).toBe("unknown");
    expect(holds(({ context: c }: { context: typeof context }) => c.map.set("b", 2).size === 2, context)?.holds).toBe(
      true,
    );
    expect(context).toEqual({ list: [3, 1, 2], deep: { n: 1 }, map: new Map([["a", 1]]) });
  });

  it("R1 as unknown where it throws, or is not there", () => {
    expect(
      holds(() => {
        throw new Error("no");
      }, {})?.holds,
    ).toBe("unknown");
    expect(holds(({ context }: { context: { a: { b: { c: number } } } }) => context.a.b.c > 1, {})?.holds).toBe(
      "unknown",
    );
    expect(holds("isNowhere", {})?.holds).toBe("unknown");
  });

  it("of a frozen context too, and as the plain objects and lists they are", () => {
    const context = Object.freeze({ list: Object.freeze([Object.freeze({ id: 1 })]), own: Object.freeze({ a: 1 }) });
    const guard = ({ context: c }: { context: typeof context }) =>
      Array.isArray(c.list) &&
      c.list.some(({ id }) => id === 1) &&
      Object.keys(c.own).join() === "a" &&
      Object.hasOwn(c.own, "a") &&
      "a" in c.own &&
      !("b" in c.own) &&
      { ...c.own }.a === 1 &&
      [...c.list].length === 1 &&
      JSON.stringify(c.list) === '[{"id":1}]' &&
      c.list[0] === c.list.find(() => true);
    expect(holds(guard, context)?.holds).toBe(true);
  });

  it("with combinations, of which what is not known may not matter", () => {
    const [yes, no, unknown] = [
      () => true,
      () => false,
      ({ event }: { event: unknown }) => (event as { n: boolean }).n,
    ];
    const cases = [
      [and([yes, yes]), true],
      [and([no, unknown]), false],
      [and([yes, unknown]), "unknown"],
      [or([yes, unknown]), true],
      [or([no, unknown]), "unknown"],
      [or([no, no]), false],
      [not(yes), false],
      [not(no), true],
      [not(unknown), "unknown"],
      [stateIn("a"), true],
      [stateIn("b"), false],
    ] as const;
    expect(cases.map(([guard]) => holds(guard, {})?.holds)).toEqual(cases.map(([, expected]) => expected));
  });

  it("bounded, however much it looks at and however large what it finds is", () => {
    const context = {
      list: Array.from({ length: 50_000 }, (_, n) => ({ n, text: "x".repeat(100) })),
      text: "y".repeat(100_000),
    };
    const reading = holds(
      ({ context: c }: { context: typeof context }) => c.text.length > 1 && c.list.every(({ n }) => n >= 0),
      context,
    );
    expect(reading?.holds).toBe(true);
    expect(reading?.read.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(reading).length).toBeLessThan(5_000);
  });
});
