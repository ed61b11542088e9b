/** Cedar policies as they are written: what is refused, at which place, and by what id they go. */
import { describe, expect, it } from "vitest";
import { cedarPolicy } from "../../src/adapters/policies/cedar.ts";
import { ALL, faultsOf } from "../support/cedar-scope.ts";

describe("a policy that cannot mean what it says is refused, at its place", () => {
  it.each([
    [
      "an argument the tool does not have",
      `// one\n\n@id("mail") permit (principal, action == Action::"call:send", resource)\nwhen { context.args.too == "x" };`,
      /^policy:4:8 policy "mail": attribute `args\.too` .* not found \(did you mean `to`\?\)$/,
    ],
    [
      "after letters of more than one byte",
      `// é ü 𝒳\n@id("m") permit (principal == Agent::"é", action, resource) when { context.task == 3 };`,
      /^policy:2:68 policy "m": the types/,
    ],
    [
      "a text compared with a number",
      `permit (principal, action == Action::"call:send", resource) when { context.args.to == 3 };`,
      /^policy:1:68 policy "policy#0": the types Long and String are not compatible/,
    ],
    [
      "a type of its own",
      `permit (principal == Agnt::"clerk", action, resource);`,
      /^policy:1:22 policy "policy#0": unrecognized entity type `Agnt`/,
    ],
    [
      "an action that does not exist",
      `permit (principal, action == Action::"call:sent", resource);`,
      /^policy:1:\d+ policy "policy#0": unrecognized action/,
    ],
    [
      "an agent that does not exist",
      `permit (principal, action, resource);\n  permit (principal == Agent::"clrk", action, resource);`,
      /^policy:2:24 policy "policy#1": there is no agent "clrk" here$/,
    ],
    [
      "a tool that does not exist, in a condition",
      `permit (principal, action, resource) when { resource == Tool::"sent" };`,
      /^policy:1:57 .*there is no tool "sent" here$/,
    ],
    [
      "a condition that can never be",
      `permit (principal, action, resource) when { false };`,
      /^policy:1:\d+ policy "policy#0": policy is impossible/,
    ],
    [
      "an annotation that is misspelt",
      `@aproval("finance") permit (principal, action, resource);`,
      /^policy:1:1 policy "policy#0": @aproval is not known; there are @id, @approval/,
    ],
    [
      "a quorum that is no number",
      `@approval @quorum("many") permit (principal, action, resource);`,
      /@quorum is a number/,
    ],
    [
      "a time that is none",
      `@approval @expires("tomorrow") permit (principal, action, resource);`,
      /@expires is a time/,
    ],
    ["terms without an approval", `@quorum("2") permit (principal, action, resource);`, /there is none$/],
    ["an approval of a forbid", `@approval forbid (principal, action, resource);`, /stands on a forbid/],
    ["no Cedar at all", `permit principal;`, /^policy:1:8 unexpected token `principal`/],
    ["a template", `permit (principal == ?principal, action, resource);`, /templates are not supported/],
    [
      "a second policy of one id",
      `@id("a") permit (principal, action, resource);\n@id("a") forbid (principal, action, resource);`,
      /^policy:2:1 policy "a": another policy has this id/,
    ],
    [
      "an argument of a tool whose schema does not say",
      `permit (principal, action == Action::"call:look", resource) when { context.args.x == 1 };`,
      /`args\.x` .* not found/,
    ],
    [
      "an argument that may be of two types",
      `permit (principal, action == Action::"call:send", resource) when { context.args has either && context.args.either == "x" };`,
      /args\.either|args has either|impossible/,
    ],
  ])("%s", (_, policies, expected) => {
    expect(faultsOf(policies).join("\n")).toMatch(expected);
  });

  it("in the file it stands in, all of them at once", () => {
    expect(
      faultsOf({
        "mail.cedar": `permit (principal == Agent::"nobody", action, resource);`,
        "board.cedar": `// permit (principal == Agent::"no one", action, resource);\npermit (principal == Agent::"no one", action, resource);`,
      }),
    ).toEqual([
      'mail.cedar:1:22 policy "mail.cedar#0": there is no agent "nobody" here',
      'board.cedar:2:22 policy "board.cedar#0": there is no agent "no one" here',
    ]);
  });
});

describe("the id of a policy", () => {
  const idOf = (policies: string | Record<string, string>) => cedarPolicy({ policies }).id;

  it("A-POL-05 is another one for another text, and the same in another order", () => {
    const no = `@id("no") forbid (principal, action, resource);`;
    expect(idOf(ALL)).toMatch(/^cedar@[0-9a-f]{64}$/);
    expect(idOf(`${ALL}\n${no}`)).toBe(idOf({ a: no, b: ALL }));
    expect(new Set([idOf(ALL), idOf(no), idOf(`${ALL}${no}`), idOf(ALL.replace("principal", "principal "))]).size).toBe(
      4,
    );
  });
});
