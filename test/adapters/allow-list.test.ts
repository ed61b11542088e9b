/** The allow-list: what stands in it is allowed, as it stands there, and nothing else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineTool } from "../../actors/define-tool.ts";
import { scopeOf } from "../../actors/policy.ts";
import { type AllowListOptions, allowList, type Constraint } from "../../src/adapters/policies/allow-list.ts";
import type { Json } from "../../src/contracts/json.ts";
import { BOARD } from "../../src/contracts/policy.ts";
import type { PolicyRequest, Verdict } from "../../src/contracts/tools.ts";
import { grantOf } from "../support/runs.ts";

const request = (args: Json, more: Partial<PolicyRequest> = {}): PolicyRequest => ({
  run: "run_1",
  agent: "clerk",
  chain: ["clerk"],
  task: "t",
  action: "call",
  resource: "send",
  call: { tool: "send", args, digest: "d" },
  effect: "once",
  at: 0,
  ...more,
});

const said = (agents: AllowListOptions["agents"], args: Json = null, more: Partial<PolicyRequest> = {}): Verdict =>
  allowList({ agents }).decide(request(args, more)) as Verdict;

const kindOf = (constraint: Constraint, to: Json | undefined): string =>
  said({ clerk: { tools: { send: { when: { to: constraint } } } } }, to === undefined ? {} : { to }).kind;

describe("L1 a grant", () => {
  it("A-TOOL-02 allows the agent it is given to, and names itself", () => {
    expect(said({ clerk: { tools: { send: true } } })).toEqual({ kind: "allow", rule: "grant clerk call send" });
  });

  it.each<[string, Partial<PolicyRequest>]>([
    ["another agent", { agent: "boss" }],
    ["an agent that is called like what every object has", { agent: "constructor" }],
    ["another tool", { resource: "sent" }],
    ["a tool that is called like what every object has", { resource: "toString" }],
    ["the same name as a model", { action: "model" }],
    ["the same name as a key, to read", { action: "read" }],
    ["an action that does not exist", { action: "fly" as never }],
  ])("L1 I-P2 denies %s", (_, more) => {
    expect(said({ clerk: { tools: { send: true }, writes: ["send"] } }, null, more).kind).toBe("deny");
  });

  it("is for keys as it is for tools", () => {
    const list = { clerk: { reads: ["drafts/*"], writes: ["notes"] } };
    const key = (action: "read" | "write", resource: string) =>
      said(list, null, { action, resource, call: { tool: BOARD[action], args: { key: resource }, digest: "d" } }).kind;
    expect([key("read", "drafts/a"), key("read", "drafts"), key("read", "notes"), key("write", "notes")]).toEqual([
      "allow",
      "deny",
      "deny",
      "allow",
    ]);
  });

  it("may ask first", () => {
    const list = { clerk: { tools: { send: { approval: { role: "finance", quorum: 2, expiresMs: 1_000 } } } } };
    expect(said(list)).toEqual({
      kind: "ask",
      rule: "grant clerk call send",
      reason: '"send" is granted with approval',
      role: "finance",
      quorum: 2,
      expiresMs: 1_000,
    });
  });
});

describe("L2 a condition", () => {
  it.each<[Constraint, Json | undefined, boolean]>([
    [{ oneOf: ["a", 1] }, "a", true],
    [{ oneOf: ["a", 1] }, 1, true],
    [{ oneOf: ["a", 1] }, "1", false],
    [{ oneOf: ["a"] }, undefined, false],
    [{ oneOf: ["a"] }, ["a", "a"], true],
    [{ oneOf: ["a"] }, ["a", "b"], false],
    [{ max: 100 }, 100, true],
    [{ max: 100 }, 100.01, false],
    [{ max: 100 }, "5", false],
    [{ min: 0, max: 5 }, -1, false],
    [{ startsWith: "re: " }, "re: x", true],
    [{ startsWith: "re: " }, "Re: x", false],
    [{ endsWith: "@x.com" }, "a@x.com", true],
    [{ endsWith: "@x.com" }, "a@x.com ", false],
    [{ maxLength: 3 }, "abcd", false],
    [{ maxLength: 3 }, null, false],
    [{ within: "/srv/data" }, "/srv/data/a", true],
    [{ within: "/srv/data" }, "/srv/data", true],
    [{ within: "/srv/data" }, "/srv/data/../data/a", true],
    [{ within: "/srv/data" }, "/srv/data/../../etc/passwd", false],
    [{ within: "/srv/data" }, "/srv/database", false],
    [{ within: "/srv/data" }, "srv/data/a", false],
    [{ within: "/srv/data" }, "/srv/data/..\\..\\etc", false],
    [{ within: "/srv/data" }, "/srv/data/%2e%2e/x", false],
    [{ within: "/srv/data" }, "/srv/data/a\u0000b", false],
    [{ within: "data" }, "data/a", true],
    [{ within: "data" }, "../data/a", false],
    [{ within: "." }, "data/a", true],
    [{ within: "." }, "/data/a", false],
    [{ within: ["/srv/data", "/srv/mail"] }, "/srv/mail/a", true],
    [{ within: ["/srv/data", "/srv/mail"] }, "/srv/data/../mail/a", true],
    [{ within: ["/srv/data", "/srv/mail"] }, "/srv/keys", false],
    [{ within: [] }, "/srv/data", false],
    [{ host: ["x.com"] }, "https://x.com/a", true],
    [{ host: ["x.com"] }, "https://x.com@evil.com/", false],
    [{ host: ["x.com"] }, "https://user@x.com/", false],
    [{ host: ["x.com"] }, "https://x.com.evil.com/", false],
    [{ host: ["x.com"] }, "https://X.COM/", true],
    [{ host: ["x.com"] }, "javascript://x.com/%0aalert(1)", false],
    [{ host: ["x.com"] }, "//x.com/", false],
    [{ host: ["x.com"] }, "https://x.com:8080/", false],
  ])("A-TOOL-02, A-POL-01 %j holds of %j: %j", (constraint, value, holds) => {
    expect(kindOf(constraint, value)).toBe(holds ? "allow" : "deny");
  });

  it("looks into records, and at what is their own only", () => {
    const list = { clerk: { tools: { send: { when: { "to.name": { oneOf: ["a"] } } } } } };
    expect([said(list, { to: { name: "a" } }).kind, said(list, { to: "a" }).kind, said(list, {}).kind]).toEqual([
      "allow",
      "deny",
      "deny",
    ]);
    const inherited = { clerk: { tools: { send: { when: { "constructor.name": { oneOf: ["Object"] } } } } } };
    expect(said(inherited, {}).kind).toBe("deny");
  });

  it("A-POL-03 one condition more never allows what was denied", () => {
    const constraint: fc.Arbitrary<Constraint> = fc.oneof(
      fc.record({ oneOf: fc.subarray(["a", "b"], { minLength: 1 }) }),
      fc.record({ startsWith: fc.constantFrom("a", "b") }),
      fc.record({ max: fc.nat(2) }),
    );
    const value = fc.constantFrom<Json>("a", "b", "ab", 1, 2, 3, null, ["a", "b"]);
    fc.assert(
      fc.property(constraint, constraint, value, (one, more, to) => {
        if (kindOf(one, to) === "deny") expect(kindOf({ ...more, ...one }, to)).toBe("deny");
      }),
    );
  });
});

describe("a list that cannot mean what it says", () => {
  const tool = defineTool({ name: "send", input: z.object({ to: z.string() }), run: () => null });
  const scope = scopeOf([grantOf("clerk")], [tool]);
  const bind = (agents: unknown) => allowList({ agents: agents as AllowListOptions["agents"] }).bind?.(scope);

  it.each<[unknown, RegExp]>([
    [{ clark: {} }, /there is no agent "clark" here/],
    [{ clerk: { tools: { sent: true } } }, /there is no tool "sent" here/],
    [{ clerk: { models: { small: true } } }, /there is no model "small" here/],
    [{ clerk: { tools: { send: { when: { too: { oneOf: [] } } } } } }, /tool "send" has no argument "too"/],
    [{ clerk: { tools: { send: { when: { to: {} } } } } }, /the condition on "to" says nothing/],
    [{ clerk: { tools: { send: { when: { to: { like: "a" } } } } } }, /"like" of "to" is not known/],
    [{ clerk: { tools: { send: { when: { to: { max: "9" } } } } } }, /"max" of "to" cannot be "9"/],
    [{ clerk: { tools: { send: { if: {} } } } }, /"if" is not known/],
    [{ clerk: { tools: { send: false } } }, /give true, or/],
    [{ clerk: { tool: {} } }, /"tool" is not known; there are tools/],
  ])("is refused: %j", (agents, message) => {
    expect(() => bind(agents)).toThrow(
      expect.objectContaining({ code: "policy.invalid", message: expect.stringMatching(message) }),
    );
  });

  it("is not changed by who changes the object it was made of", () => {
    const agents = { clerk: { tools: {} as Record<string, true> } };
    const policy = allowList({ agents });
    agents.clerk.tools["send"] = true;
    expect((policy.decide(request(null)) as Verdict).kind).toBe("deny");
  });

  it("A-POL-05 has an id of its own, whatever the order it is written in", () => {
    const idOf = (agents: AllowListOptions["agents"]) => allowList({ agents }).id;
    expect(idOf({ a: { reads: ["x"] }, b: {} })).toBe(idOf({ b: {}, a: { reads: ["x"] } }));
    expect(idOf({ a: { reads: ["x"] } })).not.toBe(idOf({ a: { writes: ["x"] } }));
    expect(idOf({})).toMatch(/^allow-list@[0-9a-f]{64}$/);
  });
});
