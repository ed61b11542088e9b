import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/contracts/tools.ts";
import { asVerdict, strictest } from "../../src/decisions/verdict.ts";

const allow: Verdict = { kind: "allow", rule: "a" };
const ask: Verdict = { kind: "ask", rule: "b", reason: "dear" };
const deny: Verdict = { kind: "deny", rule: "c", reason: "no" };

const verdicts = fc.array(fc.constantFrom(allow, ask, deny), { maxLength: 5 });
const order = ["allow", "ask", "deny"];

describe("strictest", () => {
  it("V1 takes deny over ask over allow", () => {
    expect(strictest([allow, ask, deny, ask])).toBe(deny);
    expect(strictest([allow, ask, allow])).toBe(ask);
    expect(strictest([allow])).toBe(allow);
  });

  it("V1 names the first of equals", () => {
    const second: Verdict = { kind: "deny", rule: "d", reason: "never" };
    expect(strictest([deny, second])).toBe(deny);
  });

  it("V2 denies when nobody said anything", () => {
    expect(strictest([])).toMatchObject({ kind: "deny", rule: "verdict.default-deny" });
  });

  it("V1 says the same in any order", () => {
    const reordered = verdicts.chain((some) =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
    );
    fc.assert(
      fc.property(reordered, ([some, shuffled]) => {
        const worst =
          some
            .map((one) => order.indexOf(one.kind))
            .sort()
            .at(-1) ?? 2;
        expect(strictest(some).kind).toBe(order[worst]);
        expect(strictest(shuffled).kind).toBe(order[worst]);
      }),
    );
  });

  it("I-P6 is never looser for one verdict more", () => {
    fc.assert(
      fc.property(verdicts, fc.constantFrom(allow, ask, deny), fc.nat(5), (some, more, at) => {
        fc.pre(some.length > 0);
        const before = order.indexOf(strictest(some).kind);
        expect(order.indexOf(strictest(some.toSpliced(at, 0, more)).kind)).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});

describe("two asks", () => {
  const asks = fc.record(
    {
      kind: fc.constant("ask" as const),
      rule: fc.constantFrom("b", "d"),
      reason: fc.constant("dear"),
      role: fc.constantFrom("finance", "lead"),
      quorum: fc.integer({ min: 1, max: 3 }),
      expiresMs: fc.integer({ min: 1, max: 9 }),
    },
    { requiredKeys: ["kind", "rule", "reason"] },
  );

  it("V4 are one that satisfies both, in any order, or a denial where two roles would have to be asked", () => {
    fc.assert(
      fc.property(asks, asks, (one, other) => {
        const [merged, turned] = [strictest([one, other]), strictest([other, one])];
        expect(merged.kind).toBe(turned.kind);
        const roles = new Set([one.role, other.role].filter((role) => role !== undefined));
        expect(merged.kind).toBe(roles.size > 1 ? "deny" : "ask");
        if (merged.kind !== "ask" || turned.kind !== "ask") return;
        for (const ask of [merged, turned]) {
          expect(ask.role).toBe([...roles][0]);
          for (const given of [one, other]) {
            expect(ask.quorum ?? 1).toBeGreaterThanOrEqual(given.quorum ?? 1);
            expect(ask.expiresMs ?? 99).toBeLessThanOrEqual(given.expiresMs ?? 99);
          }
        }
      }),
    );
  });

  it("V4 name the rule that says who is asked", () => {
    const finance: Verdict = { kind: "ask", rule: "f", reason: "money", role: "finance" };
    expect(strictest([ask, finance])).toEqual(finance);
    expect(strictest([finance, ask])).toEqual(finance);
  });
});

describe("asVerdict", () => {
  it("takes what is a verdict, and nothing beside it", () => {
    expect(asVerdict({ ...allow, extra: 1 }, "p")).toEqual(allow);
    expect(asVerdict({ ...deny, role: "boss" }, "p")).toEqual(deny);
    expect(asVerdict({ ...ask, role: "boss" }, "p")).toEqual({ ...ask, role: "boss" });
    expect(asVerdict({ ...ask, role: 7 }, "p")).toEqual(ask);
  });

  it("V3 takes a quorum and an expiry that are whole numbers, and denies where they are none", () => {
    const full = { ...ask, role: "boss", quorum: 2, expiresMs: 60_000 };
    expect(asVerdict(full, "p")).toEqual(full);
    for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "2", null, {}])
      for (const name of ["quorum", "expiresMs"])
        expect(asVerdict({ ...ask, [name]: bad }, "p"), `${name} ${String(bad)}`).toMatchObject({
          kind: "deny",
          rule: "policy.failed",
        });
  });

  it("names the policy where the verdict names no rule and gives no reason", () => {
    expect(asVerdict({ kind: "deny", rule: "" }, "p")).toEqual({
      kind: "deny",
      rule: "p",
      reason: "p gives no reason",
    });
    expect(asVerdict({ kind: "ask", rule: 7, reason: 7 }, "p")).toEqual({
      kind: "ask",
      rule: "p",
      reason: "p gives no reason",
    });
    expect(asVerdict({ kind: "allow" }, "p")).toEqual({ kind: "allow", rule: "p" });
  });

  it.each([
    undefined,
    null,
    true,
    "allow",
    1,
    [],
    {},
    ["allow"],
    { kind: "Allow" },
    { kind: "allow " },
    { kind: ["allow"] },
    { kind: "permit", rule: "x" },
    Object.assign(() => 1, allow),
    Promise.resolve(allow),
  ])("V3 I-P2 denies for %j", (value) => {
    expect(asVerdict(value, "p")).toEqual({ kind: "deny", rule: "policy.failed", reason: "p gave no verdict" });
  });

  it("V3 denies for a verdict that cannot be read", () => {
    const hostile = {
      get kind(): string {
        throw new Error("boo");
      },
    };
    expect(asVerdict(hostile, "p")).toMatchObject({ kind: "deny", rule: "policy.failed" });
  });

  it("F-DAT-06 looks at a verdict once", () => {
    let looks = 0;
    const flipping = {
      get kind() {
        return looks++ === 0 ? "deny" : "allow";
      },
    };
    expect(asVerdict(flipping, "p").kind).toBe("deny");
  });

  it("V3 allows nothing but a value whose kind is exactly allow", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const isAllow = typeof value === "object" && value !== null && Reflect.get(value, "kind") === "allow";
        expect(asVerdict(value, "p").kind === "allow").toBe(isAllow);
      }),
    );
  });
});
