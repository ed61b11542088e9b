/** What a recorded run shows of its agents and tools. */
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/contracts/json.ts";
import type { PolicyScope } from "../../src/contracts/policy.ts";
import type { Verdict } from "../../src/contracts/tools.ts";
import type { Recorded } from "../../src/contracts/what-if.ts";
import { observedScope } from "../../src/decisions/observed.ts";
import { grantOf } from "../support/runs.ts";

const ALLOW: Verdict = { kind: "allow", rule: "allow-list" };

const judged = (args: Json, verdict: Verdict = ALLOW): Recorded => ({
  kind: "judged",
  seq: 1,
  at: 0,
  gate: "t#1/0",
  agent: "clerk",
  task: "t",
  chain: ["clerk"],
  call: { tool: "pay", args, digest: "d" },
  effect: "idempotent",
  verdict,
  hold: { costMicroUsd: 0, tokens: 0 },
});

const NOBODY: PolicyScope = { agents: [], tools: [] };

const scopeOf = (events: readonly Recorded[], known = NOBODY): PolicyScope =>
  observedScope(
    { run: "r", startedAt: 0, limits: {}, parts: [], agents: [grantOf("clerk", { tools: ["pay", "refund"] })], events },
    known,
  );

const argsOf = (...args: readonly Json[]) => scopeOf(args.map((one) => judged(one))).tools[0]?.args;
const typeOf = (...values: readonly Json[]) =>
  (argsOf(...values.map((x) => ({ x }))) as { readonly properties: { readonly x: Json } }).properties.x;

describe("a scope that is observed", () => {
  it("has the agents of the run and all their tools, those that were called with their arguments", () => {
    expect(scopeOf([judged({ to: "ann" })])).toEqual({
      agents: [grantOf("clerk", { tools: ["pay", "refund"] })],
      tools: [
        {
          name: "pay",
          effect: "idempotent",
          args: { type: "object", properties: { to: { type: "string" } }, required: ["to"] },
        },
        { name: "refund", effect: "once" },
      ],
      isObserved: true,
    });
  });

  it("O1 takes what is known for what it is, and is none where all is", () => {
    const pay = { name: "pay", effect: "once", model: "small-1" } as const;
    const partly = scopeOf([judged({ to: "ann" })], { agents: [grantOf("clerk")], tools: [pay] });
    expect(partly).toEqual({
      agents: [grantOf("clerk")],
      tools: [pay, { name: "refund", effect: "once" }],
      isObserved: true,
    });
    const tools = [pay, { name: "refund", effect: "once" }] as const;
    expect(scopeOf([judged({ to: "ann" })], { agents: [grantOf("boss")], tools })).toEqual({
      agents: [grantOf("boss"), grantOf("clerk", { tools: ["pay", "refund"] })],
      tools,
    });
  });

  it.each(["schema.input", "tool.unknown", "allow-list", "delegation.authority"])(
    "O2 does not look at arguments that were refused by %s",
    (rule) => {
      const refused: Verdict = { kind: "deny", rule, reason: "no" };
      expect(scopeOf([judged({ to: 7 }, refused)]).tools[0]).toEqual({ name: "pay", effect: "idempotent" });
      const { args } = scopeOf([judged({ to: "ann" }), judged({ to: 7 }, refused)]).tools[0] ?? {};
      expect(args).toMatchObject({ properties: { to: { type: "string" } } });
    },
  );

  it("O2 looks at those that a policy or the price refused", () => {
    for (const rule of ["no-mail", "budget.unknown-price"])
      expect(scopeOf([judged({ to: "ann" }, { kind: "deny", rule, reason: "no" })]).tools[0]?.args).toBeDefined();
  });
});

describe("arguments on record", () => {
  it.each<readonly [string, readonly Json[], Json]>([
    ["texts", ["a", "b"], { type: "string" }],
    ["whole numbers", [1, 2], { type: "integer" }],
    ["numbers, one of them not whole", [1, 2.5], { type: "number" }],
    ["yes and no", [true, false], { type: "boolean" }],
    ["lists", [[1], [], [2]], { type: "array", items: { type: "integer" } }],
    ["lists that were always empty", [[], []], { type: "array", items: { type: "string" } }],
    ["lists of several kinds", [[1, "a"]], { type: "array", items: {} }],
    ["several kinds", [1, "a"], {}],
    ["nothing but null", [null], {}],
  ])("%s", (_, values, type) => {
    expect(typeOf(...values)).toEqual(type);
  });

  it("are required where each call gave them, and not as null", () => {
    expect(argsOf({ a: 1, b: null, c: { d: 1 } }, { a: 2, b: 1, c: { d: 2, e: 3 } })).toMatchObject({
      properties: { b: { type: "integer" }, c: { required: ["d"] } },
      required: ["a", "c"],
    });
    expect(argsOf({ a: 1 }, "nothing like it")).toMatchObject({ required: [] });
  });

  it("may be called anything", () => {
    const odd = JSON.parse('{"__proto__": 1, "constructor": "x"}') as Json;
    expect(Object.keys((argsOf(odd) as { readonly properties: object }).properties)).toEqual([
      "__proto__",
      "constructor",
    ]);
  });
});
