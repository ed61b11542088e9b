/** What does the tree pull in, and is it pinned? Manifest and lockfile held against each other. */
import { finding, inOrder, type ReviewFinding, ranked } from "../finding.ts";
import { type Shortlist, shortlist } from "../shortlist.ts";
import type { LockedPackage, Lockfile, PackageSource } from "./lockfile.ts";
import type { Dependency, Manifest } from "./manifest.ts";

export interface DependencyFacts {
  /** Null: there is none. */
  readonly lockfile: string | null;
  readonly format: string | null;
  /** `partly`: some of it was not understood. */
  readonly reading: "in full" | "partly" | "none";
  readonly unread: Shortlist<string>;
  /** Null: it cannot be told. */
  readonly inStep: boolean | null;
  readonly outOfStep: Shortlist<string>;
  readonly packages: number;
  readonly direct: number;
  readonly transitive: number;
  readonly duplicates: Shortlist<{ readonly name: string; readonly versions: readonly string[] }>;
  /** Null: this format of lockfile does not say. */
  readonly installScripts: Shortlist<string> | null;
  readonly withoutIntegrity: Shortlist<string>;
  readonly sources: { readonly [Source in PackageSource]: number };
  readonly hosts: Shortlist<{ readonly host: string; readonly packages: number }>;
  readonly notFromRegistry: Shortlist<string>;
  readonly deprecated: Shortlist<string>;
  readonly findings: readonly ReviewFinding[];
}

export interface LockSource {
  readonly path: string;
  readonly lock: Lockfile;
}

export function assessDependencies(manifest: Manifest | null, source: LockSource | null): DependencyFacts {
  const asked = (manifest?.dependencies ?? []).filter(({ group }) => group !== "peerDependencies");
  if (source === null) return { ...NOTHING, findings: withoutLockfile(manifest, asked.length) };
  const { lock } = source;
  const outOfStep = manifest === null ? [] : outOfStepWith(asked, manifest, lock);
  const directNames = new Set(asked.map(({ name }) => name));
  const direct = new Set(lock.packages.filter(({ name }) => directNames.has(name)).map(({ name }) => name)).size;
  const named = lock.packages.toSorted((a, b) => inOrder(labelOf(a), labelOf(b)));
  const list = (wanted: (one: LockedPackage) => boolean) => shortlist([...new Set(named.filter(wanted).map(labelOf))]);
  const facts = {
    lockfile: source.path,
    format: lock.format,
    reading: readingOf(lock),
    unread: shortlist(lock.unread, 10),
    inStep: manifest === null || outOfStep === null ? null : outOfStep.length === 0,
    outOfStep: shortlist(outOfStep ?? []),
    packages: lock.packages.length,
    direct,
    transitive: Math.max(0, lock.packages.length - direct),
    duplicates: shortlist(duplicatesIn(lock.packages)),
    installScripts: lock.tellsInstallScripts ? list(({ installScript }) => installScript) : null,
    withoutIntegrity: list(({ integrity, source: from }) => !integrity && from !== "file" && from !== "git"),
    sources: countSources(lock.packages),
    hosts: shortlist(countHosts(lock.packages), 10),
    notFromRegistry: list(({ source: from }) => from !== "registry" && from !== "unstated"),
    deprecated: shortlist(named.filter((one) => one.deprecated !== undefined).map(deprecation)),
  } as const;
  return { ...facts, findings: ranked(findingsOf(facts)) };
}

const readingOf = ({ packages, unread }: Lockfile): DependencyFacts["reading"] =>
  unread.length === 0 ? "in full" : packages.length > 0 ? "partly" : "none";

const labelOf = ({ name, version }: LockedPackage): string => `${name}@${version}`.slice(0, 300);

const deprecation = (one: LockedPackage): string => `${labelOf(one)}: ${one.deprecated ?? ""}`;

const NO_SOURCES = { registry: 0, git: 0, url: 0, "insecure-url": 0, file: 0, unstated: 0 } as const;

const NOTHING: Omit<DependencyFacts, "findings"> = {
  lockfile: null,
  format: null,
  reading: "none",
  unread: shortlist([]),
  inStep: null,
  outOfStep: shortlist([]),
  packages: 0,
  direct: 0,
  transitive: 0,
  duplicates: shortlist([]),
  installScripts: null,
  withoutIntegrity: shortlist([]),
  sources: NO_SOURCES,
  hosts: shortlist([]),
  notFromRegistry: shortlist([]),
  deprecated: shortlist([]),
};

/** What is only used to develop concerns those who build the tree, not those who depend on it. */
function withoutLockfile(manifest: Manifest | null, asked: number): readonly ReviewFinding[] {
  if (manifest === null || asked === 0) return [];
  const { path, counts } = manifest.facts;
  const shipped = counts.dependencies + counts.optionalDependencies;
  const evidence = `${path}: ${shipped} dependencies to run, ${counts.devDependencies} to develop`;
  const text = "There is no lockfile: dependencies are resolved anew at each installation.";
  if (shipped === 0) return [finding("low", "lockfile.absent-dev", text, evidence)];
  return [finding("medium", "lockfile.absent", text, evidence)];
}

/** Null: the lockfile gives nothing to compare with. */
function outOfStepWith(asked: readonly Dependency[], manifest: Manifest, lock: Lockfile): readonly string[] | null {
  if (readingOf(lock) === "none") return null;
  const known = new Set(manifest.dependencies.map(({ name }) => name));
  const gone = [...(lock.asked?.keys() ?? [])].filter((name) => !known.has(name));
  return [
    ...asked.map((dependency) => differenceOf(dependency, lock)).filter((difference) => difference !== undefined),
    ...gone.map((name) => `${name.slice(0, 214)} is locked, and the manifest no longer asks for it`),
  ];
}

function differenceOf({ name, range }: Dependency, lock: Lockfile): string | undefined {
  const wanted = `${name.slice(0, 214)} "${range.slice(0, 100)}"`;
  if (lock.asked !== undefined) {
    const locked = lock.asked.get(name);
    if (locked?.includes(range)) return undefined;
    return locked === undefined ? `${wanted} is not locked` : `${wanted} is locked for "${locked[0]?.slice(0, 100)}"`;
  }
  const known = lock.answers?.has(`${name}@${range.replace(/^npm:/, "")}`) ?? lock.topNames?.has(name) ?? true;
  return known || /^(?:workspace|link|portal|file|patch):/.test(range) ? undefined : `${wanted} is not locked`;
}

function duplicatesIn(packages: readonly LockedPackage[]) {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of packages) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  return [...versions]
    .filter(([, each]) => each.size > 1)
    .map(([name, each]) => ({ name, versions: [...each].sort(inOrder).slice(0, 10) }))
    .sort((a, b) => b.versions.length - a.versions.length || inOrder(a.name, b.name));
}

function countSources(packages: readonly LockedPackage[]): DependencyFacts["sources"] {
  const counts: { [Source in PackageSource]: number } = { ...NO_SOURCES };
  for (const { source } of packages) counts[source] += 1;
  return counts;
}

function countHosts(packages: readonly LockedPackage[]) {
  const counts = new Map<string, number>();
  for (const { host } of packages) if (host !== undefined) counts.set(host, (counts.get(host) ?? 0) + 1);
  return [...counts]
    .map(([host, count]) => ({ host, packages: count }))
    .sort((a, b) => b.packages - a.packages || inOrder(a.host, b.host));
}

function findingsOf(facts: Omit<DependencyFacts, "findings">): readonly ReviewFinding[] {
  const found: ReviewFinding[] = [];
  const at = facts.lockfile ?? "";
  const note = (severity: ReviewFinding["severity"], rule: string, list: Shortlist<string> | null, text: string) => {
    if (list !== null && list.total > 0)
      found.push(
        finding(severity, rule, `${text}: ${list.total}.`, ...list.items.slice(0, 10).map((item) => `${at}: ${item}`)),
      );
  };
  if (facts.reading === "none") {
    const text = "The lockfile cannot be read.";
    found.push(finding("high", "lockfile.malformed", text, ...facts.unread.items.map((why) => `${at}: ${why}`)));
  } else note("low", "lockfile.partly", facts.unread, "Parts of the lockfile that were not understood");
  note("high", "lockfile.out-of-step", facts.outOfStep, "Dependencies in which manifest and lockfile differ");
  note("medium", "lockfile.integrity", facts.withoutIntegrity, "Locked packages without an integrity digest");
  note("medium", "lockfile.source", facts.notFromRegistry, "Locked packages that do not come from a registry");
  note(
    "medium",
    "lockfile.install-script",
    facts.installScripts,
    "Locked packages that run a script when they are installed",
  );
  note("low", "lockfile.deprecated", facts.deprecated, "Locked packages that are deprecated");
  if (facts.duplicates.total > 0) {
    const shown = facts.duplicates.items.slice(0, 10).map(({ name, versions }) => `${name}: ${versions.join(", ")}`);
    found.push(
      finding(
        "info",
        "lockfile.duplicates",
        `Packages locked in several versions: ${facts.duplicates.total}.`,
        ...shown,
      ),
    );
  }
  return found;
}
