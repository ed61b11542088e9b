import type { ReviewFacts } from "../facts.ts";
import { type Assessment, type Reason, unexamined, verdictOf } from "./verdict.ts";
import { type Weights, weighed } from "./weights.ts";

/** The sceptic: what could go wrong for whoever depends on this? */
const RISKS: Weights = new Map([
  ["tree.empty", { weight: -1, blocks: true }],
  ["tree.stopped", { weight: -0.1 }],
  ["secret.likely", { weight: -0.5, blocks: true }],
  ["secret.possible", { weight: -0.03 }],
  ["licence.text", { weight: -0.25 }],
  ["licence.closed", { weight: -0.6, blocks: true }],
  ["licence.mismatch", { weight: -0.3, blocks: true }],
  ["licence.invalid", { weight: -0.15 }],
  ["licence.undeclared", { weight: -0.15 }],
  ["licence.unrecognised", { weight: -0.15 }],
  ["licence.own-copyleft", { weight: -0.2 }],
  ["licence.copyleft", { weight: -0.3, blocks: true }],
  ["licence.copyleft-dev", { weight: -0.03 }],
  ["licence.unknown", { weight: -0.12 }],
  ["manifest.malformed", { weight: -0.5, blocks: true }],
  ["manifest.shape", { weight: -0.15 }],
  ["manifest.install-script", { weight: -0.15 }],
  ["range.insecure", { weight: -0.4, blocks: true }],
  ["range.any", { weight: -0.2 }],
  ["range.source", { weight: -0.15 }],
  ["range.wide", { weight: -0.08 }],
  ["lockfile.absent", { weight: -0.15 }],
  ["lockfile.absent-dev", { weight: -0.04 }],
  ["lockfile.malformed", { weight: -0.3, blocks: true }],
  ["lockfile.partly", { weight: -0.05 }],
  ["lockfile.out-of-step", { weight: -0.2 }],
  ["lockfile.integrity", { weight: -0.1 }],
  ["lockfile.source", { weight: -0.1 }],
  ["lockfile.install-script", { weight: -0.08 }],
  ["lockfile.deprecated", { weight: -0.04 }],
  ["ecosystem.unread", { weight: -0.08 }],
  ["ci.unpinned", { weight: -0.04 }],
]);

export function assessRisk(facts: ReviewFacts): Assessment {
  const reasons = [
    ...weighed(facts, RISKS),
    ...unexamined(facts, ["inventory", "manifest", "dependencies", "licences", "secrets"], 0.2),
    ...reassurances(facts),
  ];
  return verdictOf("risk", 1, reasons);
}

/** The sceptic starts from trust, so good news adds nothing to the score; it is on record all the same. */
function reassurances({ secrets, licences, dependencies }: ReviewFacts): readonly Reason[] {
  const found: Reason[] = [];
  if (secrets !== undefined && secrets.counts.likely === 0)
    found.push({
      weight: 0,
      text: "No text has the shape of a live credential.",
      evidence: [`${secrets.scannedFiles} files scanned`],
    });
  if (licences !== undefined && licences.packages > 0 && licences.heavy.total === 0) {
    const evidence = [`${licences.packages - licences.unknown.total} of ${licences.packages} licences known`];
    found.push({ weight: 0, text: "No locked package is known to carry a copyleft or closed licence.", evidence });
  }
  if (dependencies?.inStep === true)
    found.push({
      weight: 0,
      text: "The lockfile pins what the manifest asks for.",
      evidence: [`${dependencies.lockfile}: ${dependencies.packages} packages`],
    });
  return found;
}
