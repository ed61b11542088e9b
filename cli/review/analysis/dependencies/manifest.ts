/** What does a package.json say, and what is wrong with it? Malformed parts are findings, never failures. */
import { finding, inOrder, type ReviewFinding, ranked } from "../finding.ts";
import { entriesOf, type Fields, field, isFields, parseJson, textEntriesOf, textField } from "../plain-json.ts";
import { type Shortlist, shortlist } from "../shortlist.ts";
import { isOneCommit, type RangeKind, rangeKindOf } from "./version-range.ts";

const GROUPS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;
export type DependencyGroup = (typeof GROUPS)[number];

export interface Dependency {
  readonly name: string;
  readonly range: string;
  readonly group: DependencyGroup;
  readonly kind: RangeKind;
}

export interface ManifestFacts {
  readonly path: string;
  readonly readable: boolean;
  readonly name: string | null;
  readonly version: string | null;
  readonly licence: string | null;
  readonly private: boolean;
  readonly repository: boolean;
  readonly engines: boolean;
  readonly scripts: Shortlist<string>;
  /** Scripts that run on the machine of whoever installs it. */
  readonly installScripts: readonly string[];
  readonly counts: { readonly [Group in DependencyGroup]: number };
  readonly loose: Shortlist<Dependency>;
  readonly findings: readonly ReviewFinding[];
}

/** A manifest with everything in it, for the analyses; {@link ManifestFacts} is what is shown. */
export interface Manifest {
  readonly facts: ManifestFacts;
  readonly dependencies: readonly Dependency[];
  readonly scripts: ReadonlyMap<string, string>;
}

const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];

export function readManifestText(path: string, text: string): Manifest {
  const parsed = parseJson(text);
  const fields: Fields = parsed.kind === "value" && isFields(parsed.value) ? parsed.value : {};
  const readable = parsed.kind === "value" && isFields(parsed.value);
  const why = parsed.kind === "malformed" ? parsed.why : "it is not an object";
  const dependencies = GROUPS.flatMap((group) => groupOf(fields, group));
  const scripts = new Map(textEntriesOf(field(fields, "scripts")));
  const installScripts = INSTALL_SCRIPTS.filter((script) => scripts.has(script));
  const findings = [
    ...(readable ? [] : [finding("high", "manifest.malformed", `The manifest cannot be read: ${why}.`, path)]),
    ...shapeFindings(path, fields),
    ...rangeFindings(path, dependencies),
    ...installFindings(path, installScripts),
  ];
  return {
    dependencies,
    scripts,
    facts: {
      path,
      readable,
      name: textField(fields, "name") ?? null,
      version: textField(fields, "version") ?? null,
      licence: licenceOf(fields),
      private: field(fields, "private") === true,
      repository: field(fields, "repository") !== undefined,
      engines: isFields(field(fields, "engines")),
      scripts: shortlist([...scripts.keys()].sort(inOrder), 30),
      installScripts,
      counts: countGroups(dependencies),
      loose: shortlist(dependencies.filter(isLoose).map(bounded)),
      findings: ranked(findings),
    },
  };
}

const groupOf = (fields: Fields, group: DependencyGroup): readonly Dependency[] =>
  textEntriesOf(field(fields, group)).map(([name, range]) => ({ name, range, group, kind: rangeKindOf(range) }));

const countGroups = (dependencies: readonly Dependency[]): { readonly [Group in DependencyGroup]: number } => {
  const count = (wanted: DependencyGroup) => dependencies.filter(({ group }) => group === wanted).length;
  const [dependenciesCount, dev, optional, peer] = GROUPS.map(count);
  return {
    dependencies: dependenciesCount ?? 0,
    devDependencies: dev ?? 0,
    optionalDependencies: optional ?? 0,
    peerDependencies: peer ?? 0,
  };
};

/** A string today; before 2014 an object, or a list of them. */
export function licenceOf(fields: unknown): string | null {
  const licence = field(fields, "license") ?? field(fields, "licence");
  if (typeof licence === "string") return licence.slice(0, 500);
  const one = textField(licence, "type");
  if (one !== undefined) return one;
  const many = field(fields, "licenses");
  if (!Array.isArray(many)) return null;
  const types = many
    .map((each) => (typeof each === "string" ? each : textField(each, "type")))
    .filter((each) => each !== undefined);
  return types.length === 0 ? null : types.length === 1 ? (types[0] ?? null) : `(${types.join(" OR ")})`;
}

/** Peers are ranges by purpose: only those that accept anything are loose. */
const isLoose = ({ kind, group }: Dependency): boolean =>
  group === "peerDependencies"
    ? kind === "any" || kind === "tag"
    : !["exact", "compatible", "workspace", "alias"].includes(kind);

const bounded = (one: Dependency): Dependency => ({
  ...one,
  name: one.name.slice(0, 214),
  range: one.range.slice(0, 200),
});

function shapeFindings(path: string, fields: Fields): readonly ReviewFinding[] {
  const found: ReviewFinding[] = [];
  for (const group of [...GROUPS, "scripts"]) {
    const value = field(fields, group);
    if (value !== undefined && !isFields(value))
      found.push(finding("medium", "manifest.shape", `"${group}" of the manifest is not an object.`, path));
    const wrong = entriesOf(value).filter(([, each]) => typeof each !== "string").length;
    if (wrong > 0)
      found.push(finding("medium", "manifest.shape", `Entries of "${group}" that are not text: ${wrong}.`, path));
  }
  return found;
}

const LOOSE: readonly (readonly [readonly RangeKind[], "high" | "medium" | "low", string, string])[] = [
  [["insecure-url"], "high", "range.insecure", "fetched over plain http"],
  [["any", "tag"], "high", "range.any", "that accept any version, or whatever a tag points to"],
  [["git", "url"], "medium", "range.source", "from git or a URL, not from a registry"],
  [["file"], "low", "range.file", "from a folder or file"],
  [["wide", "unknown"], "medium", "range.wide", "with a range without an upper end, or one that is not understood"],
];

function rangeFindings(path: string, dependencies: readonly Dependency[]): readonly ReviewFinding[] {
  const loose = dependencies.filter(isLoose);
  return LOOSE.flatMap(([kinds, severity, rule, what]) => {
    const these = loose.filter(({ kind }) => kinds.includes(kind));
    if (these.length === 0) return [];
    const shipped = these.some(({ group }) => group !== "devDependencies" && group !== "peerDependencies");
    const softened = shipped ? severity : severity === "high" ? "medium" : "low";
    const evidence = these.slice(0, 10).map(({ name, range }) => evidenceOf(path, name, range));
    return [finding(softened, rule, `Dependencies ${what}: ${these.length}.`, ...evidence)];
  });
}

const evidenceOf = (path: string, name: string, range: string): string =>
  `${path}: ${name.slice(0, 214)} "${range.slice(0, 100)}"${isOneCommit(range) ? " (one commit)" : ""}`;

const installFindings = (path: string, scripts: readonly string[]): readonly ReviewFinding[] =>
  scripts.length === 0
    ? []
    : [
        finding(
          "medium",
          "manifest.install-script",
          "The package itself runs a script when it is installed.",
          `${path}: ${scripts.join(", ")}`,
        ),
      ];
