/** Under what licences does the tree stand: its own, and those of what it pulls in? */
import type { LockedPackage } from "../dependencies/lockfile.ts";
import { finding, inOrder, type ReviewFinding, ranked } from "../finding.ts";
import { type Shortlist, shortlist } from "../shortlist.ts";
import { identifyLicences, textIdOf } from "./licence-text.ts";
import { isHeavy, OBLIGATIONS, type Obligation, obligationOf } from "./obligation.ts";
import { parseSpdx, type Spdx } from "./spdx.ts";

export interface LicenceText {
  readonly path: string;
  readonly licences: readonly string[];
}

export interface PulledLicence {
  readonly name: string;
  readonly version: string;
  /** Null where neither the lockfile nor an installed manifest says. */
  readonly licence: string | null;
  readonly obligation: Obligation;
  readonly dev: boolean;
}

export interface LicenceFacts {
  /** What the manifest says; null without one. */
  readonly declared: string | null;
  readonly obligation: Obligation;
  readonly texts: readonly LicenceText[];
  /** Packages of the lockfile that were looked at. */
  readonly packages: number;
  readonly byObligation: { readonly [O in Obligation]: number };
  readonly byLicence: Shortlist<{ readonly licence: string; readonly packages: number }>;
  readonly unknown: Shortlist<PulledLicence>;
  readonly heavy: Shortlist<PulledLicence>;
  readonly findings: readonly ReviewFinding[];
}

export interface LicenceSources {
  readonly manifestPath: string | null;
  readonly declared: string | null;
  readonly texts: readonly { readonly path: string; readonly text: string }[];
  readonly packages: readonly LockedPackage[];
  /** `name@version` → licence, from installed manifests, for packages whose lockfile does not say. */
  readonly installed: ReadonlyMap<string, string>;
}

export function assessLicences(sources: LicenceSources): LicenceFacts {
  const texts = sources.texts.map(({ path, text }) => ({ path, licences: identifyLicences(text) }));
  const pulled = sources.packages.map((one) => pulledLicence(one, sources.installed)).sort(byName);
  const heavy = pulled.filter(({ obligation }) => isHeavy(obligation));
  const unknown = pulled.filter(({ obligation }) => obligation === "unknown");
  const own = ownLicence(sources.declared, texts);
  return {
    declared: sources.declared,
    obligation: obligationOf(own),
    texts,
    packages: pulled.length,
    byObligation: countObligations(pulled),
    byLicence: shortlist(countLicences(pulled), 20),
    unknown: shortlist(unknown),
    heavy: shortlist(heavy),
    findings: ranked([...ownFindings(sources, texts), ...pulledFindings(heavy, unknown, pulled.length)]),
  };
}

/** The manifest's word before the text's. */
const ownLicence = (declared: string | null, texts: readonly LicenceText[]): string | undefined =>
  declared !== null && !pointsElsewhere(declared) ? declared : texts.flatMap(({ licences }) => licences)[0];

/** npm's `SEE LICENSE IN <file>`: the text decides. */
const pointsElsewhere = (declared: string): boolean => /^see licen[cs]e in /i.test(declared);

function pulledLicence(one: LockedPackage, installed: ReadonlyMap<string, string>): PulledLicence {
  const licence = one.licence ?? installed.get(`${one.name}@${one.version}`);
  return {
    name: one.name,
    version: one.version,
    licence: licence ?? null,
    obligation: obligationOf(licence),
    dev: one.dev,
  };
}

const byName = (a: PulledLicence, b: PulledLicence): number => inOrder(a.name, b.name) || inOrder(a.version, b.version);

function countObligations(pulled: readonly PulledLicence[]): { readonly [O in Obligation]: number } {
  const count = (wanted: Obligation) => pulled.filter(({ obligation }) => obligation === wanted).length;
  const counts = OBLIGATIONS.map((obligation) => [obligation, count(obligation)] as const);
  return Object.fromEntries(counts) as { [O in Obligation]: number };
}

function countLicences(pulled: readonly PulledLicence[]) {
  const counts = new Map<string, number>();
  for (const { licence } of pulled) counts.set(licence ?? "not stated", (counts.get(licence ?? "not stated") ?? 0) + 1);
  return [...counts]
    .map(([licence, packages]) => ({ licence, packages }))
    .sort((a, b) => b.packages - a.packages || inOrder(a.licence, b.licence));
}

function ownFindings(sources: LicenceSources, texts: readonly LicenceText[]): readonly ReviewFinding[] {
  const { declared, manifestPath } = sources;
  const found: ReviewFinding[] = [];
  const files = texts.map(({ path }) => path);
  if (texts.length === 0) {
    const text = "There is no licence text at the root.";
    found.push(finding(declared === null ? "high" : "medium", "licence.text", text, manifestPath ?? "no LICENSE file"));
  }
  const recognised = texts.flatMap(({ licences }) => licences);
  if (texts.length > 0 && recognised.length === 0)
    found.push(finding("medium", "licence.unrecognised", "The licence text is none of the well-known ones.", ...files));
  if (manifestPath === null) return found;
  if (declared === null) {
    found.push(finding("medium", "licence.undeclared", "The manifest declares no licence.", manifestPath));
    return found;
  }
  return [...found, ...declaredFindings(declared, manifestPath, recognised, files)];
}

function declaredFindings(
  declared: string,
  manifestPath: string,
  recognised: readonly string[],
  files: readonly string[],
): readonly ReviewFinding[] {
  if (pointsElsewhere(declared)) return [];
  const found: ReviewFinding[] = [];
  const obligation = obligationOf(declared);
  if (obligation === "proprietary") {
    found.push(finding("high", "licence.closed", `The manifest grants no free licence: "${declared}".`, manifestPath));
    return found;
  }
  const reading = parseSpdx(declared);
  if (reading.kind === "invalid") {
    const text = `The declared licence "${declared}" is not an SPDX expression: ${reading.why}.`;
    return [finding("medium", "licence.invalid", text, manifestPath)];
  }
  const named = idsOf(reading.expression).map(textIdOf);
  if (recognised.length > 0 && !recognised.map(textIdOf).some((id) => named.includes(id))) {
    const text = `The manifest declares ${declared}, but the licence text is ${recognised.join(", ")}.`;
    found.push(finding("high", "licence.mismatch", text, manifestPath, ...files));
  }
  if (isHeavy(obligation)) {
    const text = `Its own licence, ${declared}, binds those who depend on it (${obligation}).`;
    found.push(finding("medium", "licence.own-copyleft", text, manifestPath));
  }
  return found;
}

const idsOf = (expression: Spdx): readonly string[] =>
  expression.kind === "licence" ? [expression.id] : [...idsOf(expression.left), ...idsOf(expression.right)];

function pulledFindings(heavy: readonly PulledLicence[], unknown: readonly PulledLicence[], all: number) {
  const found: ReviewFinding[] = [];
  const shipped = heavy.filter(({ dev }) => !dev);
  const tools = heavy.filter(({ dev }) => dev);
  if (shipped.length > 0) {
    const text = `Locked packages that are shipped, under copyleft or closed licences: ${shipped.length}.`;
    found.push(finding("high", "licence.copyleft", text, ...shipped.slice(0, 10).map(named)));
  }
  if (tools.length > 0) {
    const text = `Locked packages used for development only, under copyleft or closed licences: ${tools.length}.`;
    found.push(finding("low", "licence.copyleft-dev", text, ...tools.slice(0, 10).map(named)));
  }
  if (unknown.length > 0) {
    const text = `Locked packages whose licence could not be identified: ${unknown.length} of ${all}.`;
    const severity = unknown.every(({ dev }) => dev) ? "low" : "medium";
    found.push(finding(severity, "licence.unknown", text, ...unknown.slice(0, 10).map(named)));
  }
  return found;
}

const named = ({ name, version, licence }: PulledLicence): string => `${name}@${version}: ${licence ?? "not stated"}`;
