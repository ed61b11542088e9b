import { expect, it } from "vitest";
import type { ReviewFacts } from "../../../cli/review/analysis/facts.ts";
import { assessRisk } from "../../../cli/review/analysis/fitness/risk.ts";
import { assessUpkeep } from "../../../cli/review/analysis/fitness/upkeep.ts";
import { verdictOf } from "../../../cli/review/analysis/fitness/verdict.ts";
import { openTree } from "../../../cli/review/tree.ts";
import { scratch } from "./scratch-tree.ts";
import { gather, soundFiles } from "./sound-tree.ts";

const factsOf = async (changes: Record<string, string | undefined>): Promise<ReviewFacts> => {
  const files = Object.entries({ ...soundFiles, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return gather(await openTree(scratch(Object.fromEntries(files))));
};

it("finds a sound tree fit, from both sides", async () => {
  const facts = await factsOf({});
  expect(assessRisk(facts)).toMatchObject({ assessor: "risk", verdict: "fit", score: 1 });
  expect(assessUpkeep(facts)).toMatchObject({ assessor: "upkeep", verdict: "fit" });
});

it("lets the two disagree: no tests and no papers, yet nothing risky", async () => {
  const facts = await factsOf({
    "test/a.test.ts": undefined,
    ".ci/run": undefined,
    "README.md": undefined,
    "CHANGELOG.md": undefined,
  });
  expect(assessRisk(facts).verdict).toBe("fit");
  expect(assessUpkeep(facts).verdict).toBe("unfit");
});

it("lets the two disagree the other way: well kept, with a live credential in it", async () => {
  const facts = await factsOf({ "src/key.ts": `export const key = "${"AKIA"}Q3WZ7KPX2VNM5RTY";` });
  expect(assessRisk(facts)).toMatchObject({ verdict: "fit-with-care", score: 0.5 });
  expect(assessUpkeep(facts).verdict).toBe("fit");
  expect(assessRisk(facts).reasons[0]).toMatchObject({
    blocks: true,
    evidence: [expect.stringMatching(/^src\/key\.ts:1: /)],
  });
});

it("V2 keeps a blocked tree from fit, whatever its score", async () => {
  const facts = await factsOf({ LICENSE: "GNU General Public License Version 3, 29 June 2007" });
  const risk = assessRisk(facts);
  expect(risk.reasons.find(({ blocks }) => blocks)?.text).toContain("but the licence text is GPL-3.0");
  expect(risk.verdict).toBe("fit-with-care");
});

it("V2 needs 0.75 and nothing that blocks to be fit, and 0.4 to be fit with care", () => {
  const of = (weight: number, blocks = false) =>
    verdictOf("risk", 1, [{ weight, text: "x", evidence: ["y"], blocks }]).verdict;
  expect([of(-0.25), of(-0.26), of(-0.6), of(-0.61)]).toEqual(["fit", "fit-with-care", "fit-with-care", "unfit"]);
  expect([of(-0.1, true), of(-0.7, true)]).toEqual(["fit-with-care", "unfit"]);
});

it("V3 takes silence for a reason against", () => {
  for (const assess of [assessRisk, assessUpkeep]) {
    const nothing = assess({ name: "x" });
    expect(nothing.verdict).toBe("unfit");
    expect(nothing.reasons.some(({ text }) => text.startsWith("Not examined: inventory"))).toBe(true);
  }
});

it("V1 adds up to its score, and gives evidence for each reason", async () => {
  for (const changes of [{}, { "package.json": "{" }, { LICENSE: undefined }, { "package-lock.json": "[" }]) {
    const facts = await factsOf(changes);
    for (const { assessor, reasons, score } of [assessRisk(facts), assessUpkeep(facts)]) {
      const start = assessor === "risk" ? 1 : 0;
      const sum = reasons.reduce((so, { weight }) => so + weight, start);
      expect(score).toBeCloseTo(Math.min(1, Math.max(0, sum)), 5);
      expect(reasons.every(({ evidence }) => evidence.length > 0 && evidence.every((each) => each !== ""))).toBe(true);
    }
  }
});
