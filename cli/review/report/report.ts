/**
 * The review as a document. The same input gives the same text: no clock, no path of this machine.
 * All text that came from the tree goes through {@link escaped} or {@link code}.
 */
import { allFindings, missingParts, type ReviewFacts } from "../analysis/facts.ts";
import type { ReviewFinding } from "../analysis/finding.ts";
import type { Assessment, FitnessVerdict, Reason } from "../analysis/fitness/verdict.ts";
import { code, escaped } from "./escape.ts";
import { findingLines, type Markdown, number, percent, section, table } from "./markdown-parts.ts";
import { partSections } from "./part-sections.ts";

/** How the run decided between the two assessors. */
export interface Resolution {
  readonly verdict: FitnessVerdict;
  /** Name of the rule, or of the person, that decided. */
  readonly rule: string;
  readonly reason: string;
}

/** What the review itself cost. All optional: a field that varies between runs makes the document vary. */
export interface ReviewSpend {
  readonly costUsd?: number;
  readonly tokens?: number;
  readonly steps?: number;
  readonly toolCalls?: number;
}

export interface ReportInput {
  readonly facts: ReviewFacts;
  readonly risk: Assessment;
  readonly upkeep: Assessment;
  readonly resolution: Resolution;
  readonly spend?: ReviewSpend;
  /** Findings of the run about itself, beside those in the facts. */
  readonly notes?: readonly string[];
  /** In a model's words. */
  readonly summary?: string;
}

const WORDS: { readonly [V in FitnessVerdict]: string } = {
  fit: "fit to depend on",
  "fit-with-care": "fit to depend on, with care",
  unfit: "not fit to depend on",
};

const SHOWN_FINDINGS = 15;

export function renderReport(input: ReportInput): string {
  const { facts, risk, upkeep } = input;
  const findings = allFindings(facts);
  const parts = [
    `# Review of ${escaped(facts.name)}`,
    summary(input, findings),
    ...inWords(input),
    verdict(input),
    assessment("Risk: what could go wrong", risk),
    assessment("Upkeep: could somebody look after it", upkeep),
    worst(findings),
    ...partSections(facts),
    about(input),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** What a model has written is text like any other: nothing in it is read as Markdown. */
const inWords = ({ summary: text }: ReportInput): readonly Markdown[] =>
  text === undefined
    ? []
    : [section("Summary, as a language model puts it", ...text.split(/\n\s*\n/).flatMap(paragraphOf))];

/** `escaped` takes what a terminal line takes; a paragraph may be longer. */
const paragraphOf = (paragraph: string): readonly Markdown[] => {
  const lines = paragraph.match(/[\s\S]{1,400}(?=\s|$)/g) ?? [];
  const text = lines.map((line) => escaped(line)).filter((line) => line !== "");
  return text.length === 0 ? [] : [text.join("\n")];
};

function summary({ facts, risk, upkeep, resolution }: ReportInput, findings: readonly ReviewFinding[]): Markdown {
  const { inventory, dependencies, licences, secrets, tests } = facts;
  const count = (severity: ReviewFinding["severity"]) => findings.filter((one) => one.severity === severity).length;
  const unknown = "not examined";
  const rows: readonly (readonly Markdown[])[] = [
    ["Verdict", `**${WORDS[resolution.verdict]}**`],
    ["Risk", `${risk.verdict} (${risk.score.toFixed(2)})`],
    ["Upkeep", `${upkeep.verdict} (${upkeep.score.toFixed(2)})`],
    ["Findings", `${count("high")} high, ${count("medium")} medium, ${count("low")} low, ${count("info")} info`],
    ["Size", inventory === undefined ? unknown : `${number(inventory.files)} files, ${number(inventory.lines)} lines`],
    ["Own licence", licences === undefined ? unknown : ownLicence(licences)],
    ["Dependencies", dependencies === undefined ? unknown : locked(dependencies)],
    ["Likely secrets", secrets === undefined ? unknown : String(secrets.counts.likely)],
    [
      "Tests",
      tests === undefined
        ? unknown
        : `test files: ${number(tests.testFiles)}, source files: ${number(tests.sourceFiles)}`,
    ],
  ];
  return table(["", ""], rows);
}

function ownLicence({ declared, texts, obligation }: NonNullable<ReviewFacts["licences"]>): Markdown {
  const known = declared ?? texts.flatMap(({ licences }) => licences)[0];
  return known === undefined ? "none found" : `${code(known)} (${obligation})`;
}

function locked({ lockfile, packages, inStep, format }: NonNullable<ReviewFacts["dependencies"]>): Markdown {
  if (lockfile === null) return "no lockfile";
  const step = inStep === null ? "not compared with the manifest" : inStep ? "in step" : "**out of step**";
  return `${number(packages)} locked (${escaped(format ?? "unknown format")}), ${step}`;
}

function verdict({ risk, upkeep, resolution }: ReportInput): Markdown {
  const agreed = risk.verdict === upkeep.verdict;
  const story = agreed
    ? `Both assessors say **${risk.verdict}**.`
    : `The assessors disagree: risk says **${risk.verdict}**, upkeep says **${upkeep.verdict}**.`;
  return section(
    "Verdict",
    `This tree is **${WORDS[resolution.verdict]}**.`,
    `${story} Decided by ${code(resolution.rule)}: ${escaped(resolution.reason)}`,
  );
}

function assessment(title: string, { verdict: says, score, reasons }: Assessment): Markdown {
  const lines = reasons.map(reasonRow);
  const none = "Nothing spoke for or against it.";
  const rows = lines.length === 0 ? none : table(["Weight", "Reason", "Evidence"], lines);
  return section(title, `**${says}**, score ${score.toFixed(2)} of 1.`, rows);
}

function reasonRow({ weight, text, evidence, blocks }: Reason): readonly Markdown[] {
  const sign = weight > 0 ? "+" : weight < 0 ? "−" : "";
  const blocked = blocks === true ? " **Rules out “fit”.**" : "";
  return [`${sign}${Math.abs(weight).toFixed(2)}`, `${escaped(text)}${blocked}`, evidence.map(code).join("<br>")];
}

function worst(findings: readonly ReviewFinding[]): Markdown {
  if (findings.length === 0) return section("Findings", "None.");
  const rest = findings.length - SHOWN_FINDINGS;
  return section(
    "Findings",
    findings.slice(0, SHOWN_FINDINGS).flatMap(findingLines),
    rest > 0 ? `…and ${number(rest)} more of lower severity.` : "",
  );
}

function about({ facts, spend, notes = [] }: ReportInput): Markdown {
  const missing = missingParts(facts);
  const rows: (readonly Markdown[])[] = [];
  if (spend?.toolCalls !== undefined) rows.push(["Tool calls", number(spend.toolCalls)]);
  if (spend?.steps !== undefined) rows.push(["Steps", number(spend.steps)]);
  if (spend?.tokens !== undefined) rows.push(["Tokens", number(spend.tokens)]);
  if (spend?.costUsd !== undefined) rows.push(["Cost", `${spend.costUsd.toFixed(4)} USD`]);
  return section(
    "About this review",
    missing.length === 0 ? "All parts were examined." : `Not examined: ${missing.join(", ")}.`,
    coverage(facts),
    notes.map((note) => `- ${escaped(note)}`),
    rows.length === 0 ? "" : table(["Spent", ""], rows),
    "The files were read and nothing in them was run; no address was fetched. Secrets are shown by their first characters only.",
  );
}

/** What was left out, so that nobody takes silence for health. */
function coverage({ inventory, secrets }: ReviewFacts): readonly Markdown[] {
  const lines: Markdown[] = [];
  const skipped = inventory?.passed.skipped.items ?? [];
  if (skipped.length > 0)
    lines.push(
      `- Folders not entered: ${skipped.map(({ name, folders }) => `${code(name)} (${number(folders)})`).join(", ")}.`,
    );
  if (inventory !== undefined && inventory.unreadFiles > 0)
    lines.push(`- ${number(inventory.unreadFiles)} files were counted by size only.`);
  if (inventory !== undefined && inventory.passed.symlinks > 0)
    lines.push(`- ${number(inventory.passed.symlinks)} symbolic links were not followed.`);
  if (secrets !== undefined && secrets.partlyScanned > 0)
    lines.push(`- ${number(secrets.partlyScanned)} files were not searched for secrets to their end.`);
  if (inventory !== undefined && inventory.generatedShare > 0)
    lines.push(`- ${percent(inventory.generatedShare)} of the bytes are generated.`);
  return lines;
}
