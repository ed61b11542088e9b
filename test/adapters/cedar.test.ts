/** The Cedar policy: what it permits, what it asks, and everything that makes it deny. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cedarPolicy } from "../../src/adapters/policies/cedar.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { PolicyRequest, Verdict } from "../../src/contracts/tools.ts";
import { ALL, asked, read, request } from "../support/cedar-scope.ts";

describe("what is permitted", () => {
  it("A-TOOL-02 nothing, by itself", () => {
    expect(asked(`permit (principal == Agent::"boss", action, resource);`)).toEqual({
      kind: "deny",
      rule: "cedar.default-deny",
      reason: "no policy permits this",
    });
  });

  it.each([
    [{ to: "a@x.com" }, "allow"],
    [{ to: "a@x.com.evil.com" }, "deny"],
    [{ to: "A@X.COM" }, "deny"],
    [{ to: "a@x.com", amount: 100 }, "allow"],
    [{ to: "a@x.com", amount: 100.01 }, "deny"],
    [{ to: "a@x.com", copies: ["b@x.com"] }, "allow"],
    [{ to: "a@x.com", copies: ["b@x.com", "c@y.com"] }, "deny"],
  ])("A-TOOL-02 the right tool with the arguments that are allowed: %j", (args, kind) => {
    const policies = `
      permit (principal == Agent::"clerk", action == Action::"call:send", resource)
      when { context.args.to like "*@x.com" }
      unless { context.args has copies && !(["b@x.com"].containsAll(context.args.copies)) };
      forbid (principal, action == Action::"call:send", resource)
      when { context.args has amount && context.args.amount.greaterThan(decimal("100.0")) };`;
    expect(asked(policies, args).kind).toBe(kind);
  });

  it("A-TOOL-02 a forbid overrides every permit, and is named", () => {
    const verdict = asked(
      `${ALL} @id("no") @reason("not by mail") forbid (principal, action == Action::"call:send", resource);`,
    );
    expect(verdict).toEqual({ kind: "deny", rule: "no", reason: "not by mail" });
  });

  it("names all policies that decide, in the order of their ids", () => {
    const verdict = asked(
      `@id("z") permit (principal, action, resource); ${ALL} @id("b") permit (principal, action in Action::"call", resource);`,
    );
    expect(verdict).toEqual({ kind: "allow", rule: "all", rules: ["all", "b", "z"] });
  });

  it("knows tools, models and keys apart", () => {
    const policies = `
      permit (principal, action in Action::"model", resource == Model::"small-1") when { context.args.prompt != "" };
      permit (principal, action in Action::"call", resource is Tool) when { resource.effect == "read" };
      permit (principal, action == Action::"read", resource in Key::"drafts");
      permit (principal, action == Action::"write", resource) when { resource.name like "notes/*" };`;
    const model = (args: Json): Partial<PolicyRequest> => ({
      action: "model",
      resource: "small-1",
      call: { tool: "think", args, digest: "d" },
    });
    const of = (more: Partial<PolicyRequest>) => asked(policies, { to: "x" }, more).kind;
    expect([of(model({ prompt: "hi" })), of(model({ prompt: "" }))]).toEqual(["allow", "deny"]);
    const tool = { resource: "look", call: { tool: "look", args: null, digest: "d" }, effect: "read" as const };
    expect([of({}), of(tool)]).toEqual(["deny", "allow"]);
    expect([of(read("drafts/one")), of(read("drafts")), of(read("draft/one")), of(read("notes/a"))]).toEqual([
      "allow",
      "allow",
      "deny",
      "deny",
    ]);
    expect(of({ ...read("notes/a"), action: "write" })).toBe("allow");
  });

  it("sees the chain, the task, the time, the labels and what is left", () => {
    const sees = (condition: string, more: Partial<PolicyRequest> = {}) =>
      asked(`permit (principal, action, resource) when { ${condition} };`, { to: "x" }, more).kind;
    const chain = { chain: ["boss", "clerk"] };
    expect(sees(`context.chain.contains(Agent::"boss") && context.actor == principal`, chain)).toBe("allow");
    expect(sees(`context.chain.contains(Agent::"boss")`)).toBe("deny");
    expect(sees(`context.task == "t"`)).toBe("allow");
    expect(sees(`context.at < datetime("2030-01-01")`)).toBe("allow");
    expect(sees(`context.at < datetime("2020-01-01")`)).toBe("deny");
    expect(sees(`context.remaining has tokens && context.remaining.tokens >= 10`)).toBe("allow");
    expect(sees(`context.remaining has tokens && context.remaining.tokens > 10`)).toBe("deny");
    const labels = { integrity: "trusted", readers: ["maria"] } as const;
    const trusted = `context has labels && context.labels.integrity == "trusted"`;
    expect([sees(trusted), sees(trusted, { labels })]).toEqual(["deny", "allow"]);
    expect(sees(`context has labels && context.labels.readers.contains("maria")`, { labels })).toBe("allow");
    expect(sees(`context has labels && context.labels.public`, { labels: { ...labels, readers: "public" } })).toBe(
      "allow",
    );
  });

  it("a policy for several actions is for each of them, and for no other", () => {
    const policies = `permit (principal, action in [Action::"read", Action::"call:send"], resource);
      forbid (principal, action in [Action::"write", Action::"model"], resource);`;
    const of = (more: Partial<PolicyRequest>) => asked(policies, { to: "x" }, more).kind;
    const look = { resource: "look", call: { tool: "look", args: null, digest: "d" } };
    expect([of({}), of(read("a")), of({ ...read("a"), action: "write" }), of(look)]).toEqual([
      "allow",
      "allow",
      "deny",
      "deny",
    ]);
    expect(asked(policies, null, { ...read("a"), action: "write" })).toMatchObject({ rule: "policy#1" });
  });
});

describe("approval", () => {
  it("a permit with @approval asks, with its terms", () => {
    const policies = `@id("pay") @approval("finance") @quorum("2") @expires("24h") @reason("money leaves") permit (principal, action, resource);`;
    expect(asked(policies)).toEqual({
      kind: "ask",
      rule: "pay",
      reason: "money leaves",
      role: "finance",
      quorum: 2,
      expiresMs: 86_400_000,
    });
  });

  it("asks also where another policy permits without asking, and a forbid still denies", () => {
    const pay = `@id("pay") @approval permit (principal, action, resource);`;
    expect(asked(`${ALL} ${pay}`)).toEqual({
      kind: "ask",
      rule: "pay",
      rules: ["all", "pay"],
      reason: 'policy "pay" asks for approval',
    });
    expect(asked(`${ALL} ${pay} forbid (principal, action, resource);`).kind).toBe("deny");
  });

  it("asks once for several: as many people as any, as soon as any; two roles cannot be asked", () => {
    const one = `@approval @quorum("2") @expires("2h") permit (principal, action, resource);`;
    const two = `@approval("finance") @quorum("3") @expires("7d") permit (principal, action, resource);`;
    expect(asked(one + two)).toMatchObject({ kind: "ask", role: "finance", quorum: 3, expiresMs: 7_200_000 });
    expect(asked(`${two} @approval("legal") permit (principal, action, resource);`)).toMatchObject({
      kind: "deny",
      rule: "cedar.two-roles",
    });
  });
});

describe("A-POL-01 what is missing or of another type denies", () => {
  it.each<[string, Json]>([
    ["an argument of another type", { to: 7 }],
    ["a required argument that is missing", {}],
    ["no arguments at all", null],
    ["an entity in the place of a text", { to: { __entity: { type: "Agent", id: "boss" } } }],
    ["a list with something else in it", { to: "x", copies: ["a", 1] }],
    ["a list with null in it", { to: "x", copies: [null] }],
    ["a whole number that is none", { to: "x", count: 1.5 }],
    ["a number beyond what is exact", { to: "x", count: 2 ** 60 }],
    ["a decimal with too many digits", { to: "x", amount: 0.123456 }],
    ["a decimal that is too large", { to: "x", amount: 1e300 }],
  ])("A-POL-01 %s, where a policy looks at it", (_, args) => {
    const looking = `forbid (principal, action == Action::"call:send", resource) when {
      context.args.to == "nobody" || (context.args has copies && context.args.copies.isEmpty())
      || (context.args has count && context.args.count < 0)
      || (context.args has amount && context.args.amount.lessThan(decimal("0.0"))) };`;
    expect(asked(`${ALL} ${looking}`, { to: "x", copies: ["a"], count: 1, amount: 1.5 }).kind).toBe("allow");
    expect(asked(`${ALL} ${looking}`, args)).toMatchObject({ kind: "deny", rule: "cedar.value" });
  });

  it("what no policy looks at is not told to Cedar, and denies nothing", () => {
    expect(asked(ALL, { to: "x", amount: 0.123456, count: 2 ** 60 }).kind).toBe("allow");
    expect(asked(ALL, "nothing like it").kind).toBe("allow");
    expect(
      asked(`${ALL} forbid (principal, action == Action::"call:send", resource) when { context.args.to == "y" };`, "x")
        .kind,
    ).toBe("deny");
  });

  it("arguments compared as a whole are all looked at", () => {
    const whole = `${ALL} forbid (principal, action == Action::"call:place", resource)
      when { context.args == {name: "home", lat: decimal("1.5")} };`;
    const at = (lat: number, name = "home") =>
      asked(whole, null, { resource: "place", call: { tool: "place", args: { name, lat }, digest: "d" } });
    expect(at(1.5)).toMatchObject({ kind: "deny", rule: "policy#1" });
    expect(at(2.5).kind).toBe("allow");
    expect(at(0.123456)).toMatchObject({ kind: "deny", rule: "cedar.value" });
  });

  it("null is as absent", () => {
    const noted = `permit (principal, action == Action::"call:send", resource) when { context.args has note };`;
    expect([asked(noted, { to: "x", note: null }).kind, asked(noted, { to: "x", note: "n" }).kind]).toEqual([
      "deny",
      "allow",
    ]);
  });

  it("I-P2 an error in a policy that applies denies, also where another one permits", () => {
    const overflow = `@id("sum") permit (principal, action == Action::"call:send", resource)
      when { context.args has count && context.args.count * 9000000000000000000 > 0 };`;
    expect(asked(`${ALL} ${overflow}`, { to: "x", count: 3 })).toMatchObject({
      kind: "deny",
      rule: "cedar.error",
      rules: ["cedar.error", "sum"],
      reason: expect.stringContaining("overflow"),
    });
  });

  it("I-P2 an agent, a tool or a time that Cedar does not know denies", () => {
    const odd = { action: "fly" as never };
    expect(asked(ALL, { to: "x" }, odd).kind).toBe("deny");
    expect(asked(ALL, { to: "x" }, { resource: "gone", call: { tool: "gone", args: {}, digest: "d" } }).kind).toBe(
      "deny",
    );
    const timed = `permit (principal, action, resource) when { context.at > datetime("2020-01-01") };`;
    expect(() => asked(timed, { to: "x" }, { at: Number.NaN })).toThrow();
  });

  it("I-P2 without an orchestrator it denies", () => {
    expect(cedarPolicy({ policies: ALL }).decide(request({ to: "x" }))).toMatchObject({
      kind: "deny",
      rule: "cedar.unbound",
    });
  });
});

/** Policies over one number, and what they mean. */
const clause = fc.record({
  effect: fc.constantFrom("permit" as const, "forbid" as const),
  asks: fc.boolean(),
  agent: fc.constantFrom("clerk", "boss", undefined),
  least: fc.integer({ min: 0, max: 3 }),
});
type Clause = typeof clause extends fc.Arbitrary<infer One> ? One : never;

const written = ({ effect, asks, agent, least }: Clause, n: number): string =>
  `@id("p${n}") ${asks && effect === "permit" ? "@approval " : ""}${effect} (principal${
    agent === undefined ? "" : ` == Agent::"${agent}"`
  }, action == Action::"call:send", resource) when { context.args has count && context.args.count >= ${least} };`;

const strictness = ["allow", "ask", "deny"];
const verdictKind = (clauses: readonly Clause[], count: number): string => {
  const applying = clauses.filter(({ agent, least }) => (agent === undefined || agent === "clerk") && count >= least);
  if (applying.length === 0 || applying.some(({ effect }) => effect === "forbid")) return "deny";
  return applying.some(({ asks }) => asks) ? "ask" : "allow";
};

describe("for any policies", () => {
  const clauses = fc.array(clause, { minLength: 1, maxLength: 5 });
  const count = fc.integer({ min: 0, max: 4 });
  const of = (some: readonly string[], n: number): Verdict => asked(some.join("\n"), { to: "x", count: n });

  it("A-POL-02 the verdict is the same in any order, and is what the policies mean", () => {
    const reordered = clauses.chain((some) =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some.map(written), { minLength: some.length }), count),
    );
    fc.assert(
      fc.property(reordered, ([some, shuffled, n]) => {
        const verdict = of(some.map(written), n);
        expect(verdict.kind).toBe(verdictKind(some, n));
        expect(of(shuffled, n)).toEqual(verdict);
      }),
      { numRuns: 60 },
    );
  });

  it("A-POL-03, I-P6 one forbid or one @approval more never makes it looser, and no permit lifts a forbid", () => {
    fc.assert(
      fc.property(clauses, clause, count, (some, more, n) => {
        const before = of(some.map(written), n).kind;
        const after = of([...some, more].map(written), n).kind;
        const isTightening = more.effect === "forbid" || before !== "deny";
        if (isTightening) expect(strictness.indexOf(after)).toBeGreaterThanOrEqual(strictness.indexOf(before));
        const forbids = some.filter(({ effect }) => effect === "forbid");
        if (
          forbids.length > 0 &&
          verdictKind(forbids, n) === "deny" &&
          forbids.some((one) => verdictKind([{ ...one, effect: "permit" }], n) !== "deny")
        )
          expect(after).toBe("deny");
      }),
      { numRuns: 60 },
    );
  });
});
