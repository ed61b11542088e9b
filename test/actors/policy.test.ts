/** Policy at the door: authority along a chain of delegation, deadlines, and what a schema says of itself. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { argumentsSchemaOf } from "../../actors/arguments-schema.ts";
import { ask } from "../../actors/policy.ts";
import type { PolicyPort } from "../../src/contracts/ports.ts";
import type { AnyTool, PolicyRequest, Verdict } from "../../src/contracts/tools.ts";
import { handTime } from "../../src/testing/hand-time.ts";

const request = (chain: readonly string[]): PolicyRequest => ({
  run: "run_1",
  agent: chain.at(-1) ?? "",
  chain,
  task: "t",
  action: "call",
  resource: "act",
  call: { tool: "act", args: null, digest: "d" },
  effect: "read",
  at: 0,
});

const verdicts: Readonly<Record<string, Verdict>> = {
  allow: { kind: "allow", rule: "a" },
  ask: { kind: "ask", rule: "b", reason: "dear" },
  deny: { kind: "deny", rule: "c", reason: "no" },
};

/** Agents are named by what the policy says of them. */
const byName = (isLate: boolean): PolicyPort => {
  const say = ({ agent }: PolicyRequest): Verdict => verdicts[agent.split("-")[0] ?? ""] ?? (undefined as never);
  return { id: "p", decide: (one) => (isLate ? Promise.resolve(say(one)) : say(one)) };
};

const asking = (policy: PolicyPort, chain: readonly string[], time = handTime(0)) =>
  ask({ policy, clock: time, timeoutMs: 1_000 }, request(chain));

describe("authority along a chain", () => {
  const names = fc.constantFrom("allow", "ask", "deny");
  const strictness = ["allow", "ask", "deny"];

  it("I-P3 is the meet: the strictest of what is said of each agent in it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(names, { minLength: 1, maxLength: 6 }), fc.boolean(), async (chain, isLate) => {
        const strictest = Math.max(...chain.map((name) => strictness.indexOf(name)));
        expect((await asking(byName(isLate), chain)).kind).toBe(strictness[strictest]);
      }),
    );
  });

  it("I-P3 a longer chain never allows more", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(names, { minLength: 1, maxLength: 5 }), names, async (chain, more) => {
        const [before, after] = [await asking(byName(false), chain), await asking(byName(false), [more, ...chain])];
        expect(strictness.indexOf(after.kind)).toBeGreaterThanOrEqual(strictness.indexOf(before.kind));
      }),
    );
  });

  it("asks about each with the whole chain, and nobody in it denies", async () => {
    const asked: PolicyRequest[] = [];
    const policy: PolicyPort = {
      id: "p",
      decide: (one) => {
        asked.push(one);
        return verdicts["allow"] as Verdict;
      },
    };
    await asking(policy, ["allow-1", "allow-2"]);
    expect(asked.map(({ agent, chain }) => [agent, chain])).toEqual([
      ["allow-1", ["allow-1", "allow-2"]],
      ["allow-2", ["allow-1", "allow-2"]],
    ]);
    expect(await asking(policy, [])).toMatchObject({ kind: "deny", rule: "verdict.default-deny" });
  });

  it("I-P2 one agent of whom the policy says nothing, or says it too late, denies for all", async () => {
    expect(await asking(byName(false), ["allow", "stranger", "allow"])).toMatchObject({ rule: "policy.failed" });
    const time = handTime(0);
    const slow: PolicyPort = {
      id: "p",
      decide: ({ agent }) => (agent === "slow" ? new Promise<never>(() => {}) : (verdicts["allow"] as Verdict)),
    };
    const answer = asking(slow, ["allow", "slow"], time);
    await time.moveToAsync(1_000);
    expect(await answer).toMatchObject({ kind: "deny", rule: "policy.timeout" });
  });
});

describe("the schema of a tool's arguments", () => {
  const of = (input: unknown) => argumentsSchemaOf({ name: "act", input, run: () => null } as AnyTool);

  it("is what the tool gets, and not what it takes", () => {
    const count = z.object({ n: z.string().transform(Number).pipe(z.int()), unit: z.string().default("m") });
    expect(of(count)).toMatchObject({
      type: "object",
      properties: { n: { type: "integer" }, unit: { type: "string" } },
      required: ["n", "unit"],
    });
  });

  it("is unknown where there is none, or the library does not say, or cannot", () => {
    const silent = { "~standard": { version: 1, vendor: "x", validate: (value: unknown) => ({ value }) } };
    const throwing = {
      ...silent,
      toJSONSchema: () => {
        throw new Error("no");
      },
    };
    const odd = { ...silent, toJSONSchema: () => "object" };
    const dated = z.object({ when: z.date() });
    expect([of(undefined), of(silent), of(throwing), of(odd), of(dated)]).toEqual(Array(5).fill(undefined));
    expect(of({ ...silent, toJSONSchema: () => ({ type: "object" }) })).toEqual({ type: "object" });
  });
});
