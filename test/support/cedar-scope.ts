/** Cedar scope: agents and tools that policies in Cedar are asked about, and what is asked. */
import { expect } from "vitest";
import { z } from "zod";
import { defineTool } from "../../actors/define-tool.ts";
import { scopeOf } from "../../actors/policy.ts";
import { cedarPolicy } from "../../src/adapters/policies/cedar.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { PolicyScope } from "../../src/contracts/policy.ts";
import { BOARD } from "../../src/contracts/policy.ts";
import type { PolicyRequest, Verdict } from "../../src/contracts/tools.ts";
import { grantOf } from "./runs.ts";

const run = () => null;
const send = defineTool({
  name: "send",
  input: z.object({
    to: z.string(),
    copies: z.array(z.string()).optional(),
    amount: z.number().optional(),
    count: z.int().optional(),
    ratio: z.number().optional(),
    note: z.string().nullable().optional(),
    either: z.union([z.string(), z.number()]).optional(),
  }),
  run,
});
const look = defineTool({ name: "look", effect: "read", run });
const think = defineTool({
  name: "think",
  effect: "read",
  model: "small-1",
  input: z.object({ prompt: z.string() }),
  run,
});

const place = defineTool({ name: "place", input: z.object({ name: z.string(), lat: z.number() }), run });

const scope: PolicyScope = scopeOf([grantOf("clerk"), grantOf("boss")], [send, look, think, place]);

export const request = (args: Json, more: Partial<PolicyRequest> = {}): PolicyRequest => ({
  run: "run_1",
  agent: "clerk",
  chain: [more.agent ?? "clerk"],
  task: "t",
  action: "call",
  resource: "send",
  call: { tool: "send", args, digest: "d" },
  effect: "once",
  remaining: { tokens: 10 },
  at: 1_800_000_000_000,
  ...more,
});

export const read = (key: string): Partial<PolicyRequest> => ({
  action: "read",
  resource: key,
  call: { tool: BOARD.read, args: { key }, digest: "d" },
  effect: "read",
});

export const asked = (policies: string, args: Json = { to: "a@x.com" }, more: Partial<PolicyRequest> = {}): Verdict =>
  bound(policies).decide(request(args, more)) as Verdict;

function bound(policies: string | Record<string, string>, to: PolicyScope = scope) {
  const policy = cedarPolicy({ policies });
  return policy.bind?.(to) ?? policy;
}

export const faultsOf = (policies: string | Record<string, string>): readonly string[] => {
  try {
    bound(policies);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: "policy.invalid" });
    return (error as Error).message.split("\n");
  }
};

export const ALL = `@id("all") permit (principal, action, resource);`;
