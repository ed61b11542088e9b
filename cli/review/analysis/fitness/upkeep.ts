import type { ReviewFacts } from "../facts.ts";
import { type Assessment, type Reason, unexamined, verdictOf } from "./verdict.ts";
import { type Weights, weighed } from "./weights.ts";

/** The maintainer: could somebody else look after this? Trust is earned here, from nothing upwards. */
export function assessUpkeep(facts: ReviewFacts): Assessment {
  const flaws = [...weighed(facts, FLAWS), ...unexamined(facts, ["inventory", "tests", "links"], 0.1)];
  const earned = [...documented(facts), ...keptInOrder(facts)];
  if (facts.inventory?.installed === true) return verdictOf("upkeep", 0, [...published(earned), ...flaws]);
  return verdictOf("upkeep", 0, [...tested(facts), ...earned, ...flaws]);
}

/** The most that papers and order can earn a published package. */
const PUBLISHED_MOST = 0.46;

/** Tests, CI and lockfile stay with the makers; what is published counts for the whole. */
function published(earned: readonly Reason[]): readonly Reason[] {
  const scaled = earned.map((reason) => ({
    ...reason,
    weight: Math.round((reason.weight / PUBLISHED_MOST) * 100) / 100,
  }));
  const text = "It is an installed package: tests, CI and lockfile are not published, and were not weighed.";
  return [...scaled, { weight: 0, text, evidence: ["it lies under node_modules"] }];
}

const FLAWS: Weights = new Map([
  ["tree.empty", { weight: -1, blocks: true }],
  ["tests.absent", { weight: -0.2, blocks: true }],
  ["links.broken", { weight: -0.08 }],
  ["manifest.malformed", { weight: -0.2, blocks: true }],
  ["lockfile.out-of-step", { weight: -0.1 }],
  ["lockfile.deprecated", { weight: -0.04 }],
]);

function tested({ tests }: ReviewFacts): readonly Reason[] {
  if (tests === undefined) return [];
  const counted = `test files: ${tests.testFiles}, source files: ${tests.sourceFiles}`;
  const found: Reason[] = [];
  if (tests.testFiles > 0) {
    // A test file for every third source file is taken for full coverage by convention; more adds nothing.
    const weight = Math.round(Math.min(1, tests.ratio * 3) * 30) / 100;
    found.push({ weight, text: "There are tests.", evidence: [counted] });
  }
  if (tests.testScript !== null)
    found.push({ weight: 0.1, text: "One command runs the tests.", evidence: [`test script: ${tests.testScript}`] });
  if (tests.ciRunsTests !== null)
    found.push({ weight: 0.2, text: "CI runs the tests.", evidence: [tests.ciRunsTests] });
  else if (tests.ci.total > 0)
    found.push({
      weight: 0.05,
      text: "There is CI, not seen to run tests.",
      evidence: [tests.ci.items[0]?.path ?? "CI"],
    });
  else found.push({ weight: 0, text: "No CI configuration was found.", evidence: ["no file of a known CI system"] });
  return found;
}

const PAPER_WEIGHTS = [
  ["readme", 0.12, "There is a README."],
  ["changelog", 0.06, "Changes are written down."],
  ["contributing", 0.04, "It says how to contribute."],
  ["security", 0.04, "It says how to report a vulnerability."],
  ["licence", 0.06, "There is a licence text."],
] as const;

function documented({ inventory, links }: ReviewFacts): readonly Reason[] {
  const found: Reason[] = [];
  for (const [paper, weight, text] of PAPER_WEIGHTS) {
    const path = inventory?.papers[paper] ?? null;
    if (path !== null) found.push({ weight, text, evidence: [path] });
  }
  const missing = PAPER_WEIGHTS.map(([paper]) => paper).filter((paper) => inventory?.papers[paper] === null);
  if (missing.length > 0)
    found.push({
      weight: 0,
      text: `Not found: ${missing.join(", ")}.`,
      evidence: ["looked for at the root, in docs and in .github"],
    });
  if (links !== undefined && links.relative > 0 && links.broken.total === 0)
    found.push({
      weight: 0.04,
      text: "Every link between the documents holds.",
      evidence: [`${links.relative} links checked`],
    });
  return found;
}

function keptInOrder({ inventory, manifest, dependencies }: ReviewFacts): readonly Reason[] {
  const found: Reason[] = [];
  const package_ = manifest?.manifest ?? null;
  if (package_?.repository === true)
    found.push({ weight: 0.03, text: "The manifest names its repository.", evidence: [package_.path] });
  if (package_?.engines === true)
    found.push({ weight: 0.02, text: "The manifest says what it runs on.", evidence: [package_.path] });
  if (dependencies?.inStep === true)
    found.push({
      weight: 0.09,
      text: "The lockfile pins what the manifest asks for.",
      evidence: [dependencies.lockfile ?? "lockfile"],
    });
  if (inventory !== undefined && inventory.files > 0) {
    const foreign = inventory.vendoredShare + inventory.binaryShare;
    const evidence = [
      `${percent(inventory.vendoredShare)} vendored, ${percent(inventory.binaryShare)} binary, by bytes`,
    ];
    if (foreign > 0.5)
      found.push({ weight: -0.1, text: "Most of it is not source somebody here can change.", evidence });
    else found.push({ weight: 0.05, text: "Most of it is source.", evidence });
  }
  return found;
}

const percent = (part: number): string => `${Math.round(part * 100)} %`;
