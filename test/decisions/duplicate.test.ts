import fc from "fast-check";
import { expect, it } from "vitest";
import { type Called, type Claims, forgetCalls, isClaimed, recall, remember } from "../../src/decisions/duplicate.ts";

const called = (attempt: number, more: Partial<Called> = {}): Called => ({
  task: "t",
  attempt,
  tool: "pay",
  digest: "d1",
  ...more,
});

it("D4 remembers only what must not happen twice", () => {
  const classes = ["read", "idempotent", "reconcilable", "once"] as const;
  expect(classes.filter(isClaimed)).toEqual(["reconcilable", "once"]);
});

it("D1 answers a later attempt from the record, and no other call", () => {
  const claims = remember({}, called(1), "k1", { id: 7 });
  expect(recall(claims, called(2))?.claim).toMatchObject({ attempt: 1, key: "k1", value: { id: 7 } });
  for (const other of [{ task: "u" }, { tool: "send" }, { digest: "d2" }])
    expect(recall(claims, called(2, other))).toBeUndefined();
  expect(recall({}, called(2, { task: "constructor" }))).toBeUndefined();
});

it("D1 keeps a result of null for a result", () => {
  expect(recall(remember({}, called(1), "k1", null), called(2))?.claim).toHaveProperty("value", null);
});

it("D2 keeps a lost call in doubt until the same call is settled", () => {
  const lost = remember({}, called(1), "k1");
  expect(recall(lost, called(2))?.claim).toMatchObject({ attempt: 1, key: "k1" });
  expect(recall(lost, called(2))?.claim).not.toHaveProperty("value");
  const settled = remember(recall(lost, called(2))?.claims as Claims, called(2), "k1", "done");
  expect(Object.values(settled)).toMatchObject([[{ attempt: 2, key: "k1", value: "done" }]]);
});

it("D2 settles no doubt about another call, and forgets no result", () => {
  let claims = remember(remember({}, called(1), "k1"), called(1), "k2", "done");
  expect(Object.values(claims)[0]).toHaveLength(2);
  claims = remember(claims, called(1), "k2");
  expect(Object.values(claims)[0]).toHaveLength(3);
});

it("D4 finds no duplicate within one attempt, nor of a later one", () => {
  const claims = remember({}, called(2), "k1", 1);
  expect(recall(claims, called(2))).toBeUndefined();
  expect(recall(claims, called(1))).toBeUndefined();
});

it("D4 forgets the calls of a completed task, and of no other", () => {
  const claims = remember(remember({}, called(1), "k1", 1), called(1, { task: "u" }), "k2", 1);
  const after = forgetCalls(claims, "t");
  expect(recall(after, called(2))).toBeUndefined();
  expect(recall(after, called(2, { task: "u" }))).toBeDefined();
  expect(forgetCalls(after, "t")).toBe(after);
  expect(Object.keys(forgetCalls({}, "constructor"))).toEqual([]);
});

it("D3 answers as many calls of an attempt as were made before it", () => {
  const attempts = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 10, size: "max" });
  fc.assert(
    fc.property(attempts, (some) => {
      let claims: Claims = {};
      let made = 0;
      let current = 0;
      let left = 0;
      for (const attempt of some.toSorted()) {
        if (attempt !== current) left = made;
        current = attempt;
        const found = recall(claims, called(attempt));
        expect(found !== undefined).toBe(left > 0);
        if (found === undefined) claims = remember(claims, called(attempt), `k${++made}`, made);
        else {
          claims = found.claims;
          left--;
        }
      }
    }),
  );
});
