import { describe, expect, it } from "vitest";
import type { FlowSettings, Tracked } from "../../src/contracts/labels.ts";
import { flowVerdicts } from "../../src/decisions/flow.ts";
import { hear, OUTSIDE, TRUSTED, tracked } from "../../src/decisions/labels.ts";

const mail = hear(TRUSTED, tracked(OUTSIDE, "inbox", "a#1/0"));
const secret = hear(TRUSTED, tracked({ integrity: "trusted", readers: ["ann", "bob"] }, "read_db", "a#1/1"));
const under = (labels: Tracked, rules: FlowSettings = {}) => ({ rules, labels });

describe("I-F3 a consequential call", () => {
  const pay = { tool: "pay", minIntegrity: "trusted" } as const;

  it("I-F3 passes out of a trusted context", () => {
    expect(flowVerdicts(pay, under(secret))).toEqual([]);
  });

  it("I-F3 is asked about out of an untrusted one, by default, with what brought it", () => {
    expect(flowVerdicts(pay, under(mail))).toEqual([
      {
        kind: "ask",
        rule: "flow.integrity",
        reason: '"pay" needs a trusted context, and its agent has heard inbox (a#1/0), which is untrusted',
      },
    ]);
  });

  it("I-F3 is denied where the settings say so, and the tool's own word comes before theirs", () => {
    expect(flowVerdicts(pay, under(mail, { onUntrusted: "deny" }))).toMatchObject([{ kind: "deny" }]);
    expect(flowVerdicts({ ...pay, onUntrusted: "ask" }, under(mail, { onUntrusted: "deny" }))).toMatchObject([
      { kind: "ask" },
    ]);
    expect(flowVerdicts({ ...pay, onUntrusted: "deny" }, under(mail))).toMatchObject([{ kind: "deny" }]);
  });

  it("is none where the tool says `untrusted`, or nothing", () => {
    expect(flowVerdicts({ tool: "look", minIntegrity: "untrusted" }, under(mail))).toEqual([]);
    expect(flowVerdicts({ tool: "look" }, undefined)).toEqual([]);
  });
});

describe("I-F4 a call that tells somebody", () => {
  it("I-F4 passes to those who may learn all of it, and to nobody else", () => {
    expect(flowVerdicts({ tool: "mail", recipients: ["ann"] }, under(secret))).toEqual([]);
    expect(flowVerdicts({ tool: "mail", recipients: [] }, under(secret))).toEqual([]);
    expect(flowVerdicts({ tool: "mail", recipients: "public" }, under(mail))).toEqual([]);
    expect(flowVerdicts({ tool: "mail", recipients: ["ann", "eve"] }, under(secret))).toEqual([
      {
        kind: "deny",
        rule: "flow.egress",
        reason: '"mail" would tell eve, and its agent has heard read_db (a#1/1), which is for ann, bob only',
      },
    ]);
  });

  it("I-F4 does not tell the public what is for some, nor anybody what is for nobody", () => {
    expect(flowVerdicts({ tool: "post", recipients: "public" }, under(secret))).toMatchObject([
      { kind: "deny", reason: expect.stringContaining("the public") },
    ]);
    const nobody = hear(secret, tracked({ integrity: "trusted", readers: ["eve"] }, "vault"));
    expect(flowVerdicts({ tool: "mail", recipients: ["ann"] }, under(nobody))).toMatchObject([
      { kind: "deny", reason: expect.stringContaining("for nobody only") },
    ]);
  });

  it("I-F4 is asked about where the settings or the tool say so", () => {
    expect(flowVerdicts({ tool: "mail", recipients: ["eve"] }, under(secret, { onEgress: "ask" }))).toMatchObject([
      { kind: "ask" },
    ]);
    expect(flowVerdicts({ tool: "mail", recipients: ["eve"], onEgress: "ask" }, under(secret))).toMatchObject([
      { kind: "ask" },
    ]);
  });
});

it("I-P2 refuses both where it is not known what the agent has heard", () => {
  const unknown = [{ kind: "deny", rule: "flow.unknown" }];
  expect(flowVerdicts({ tool: "pay", minIntegrity: "trusted" }, undefined)).toMatchObject(unknown);
  expect(flowVerdicts({ tool: "mail", recipients: [] }, undefined)).toMatchObject(unknown);
});

it("says both when both stand in the way", () => {
  const both = hear(mail, secret);
  const call = { tool: "mail", minIntegrity: "trusted", recipients: ["eve"] } as const;
  expect(flowVerdicts(call, under(both)).map(({ rule }) => rule)).toEqual(["flow.integrity", "flow.egress"]);
});
