/** One section of the report for each part that was examined, with its numbers and its evidence. */
import type { ReviewFacts } from "../analysis/facts.ts";
import { code, escaped } from "./escape.ts";
import { bytes, type Markdown, more, number, path, percent, section, table } from "./markdown-parts.ts";

type Of<Part extends keyof ReviewFacts> = NonNullable<ReviewFacts[Part]>;

export const partSections = (facts: ReviewFacts): readonly Markdown[] => [
  ...(facts.inventory === undefined ? [] : [inventory(facts.inventory)]),
  ...(facts.licences === undefined ? [] : [licences(facts.licences)]),
  ...(facts.dependencies === undefined ? [] : [dependencies(facts.dependencies, facts.manifest)]),
  ...(facts.secrets === undefined ? [] : [secrets(facts.secrets)]),
  ...(facts.tests === undefined ? [] : [tests(facts.tests)]),
  ...(facts.links === undefined ? [] : [links(facts.links)]),
];

function inventory(facts: Of<"inventory">): Markdown {
  const languages = facts.languages.items.map(({ language, files, lines, bytes: size }) => [
    escaped(language),
    number(files),
    number(lines),
    bytes(size),
  ]);
  const { papers } = facts;
  const stopped =
    facts.passed.stoppedAt === null ? "" : ` **The walk stopped at ${number(facts.passed.stoppedAt)} files.**`;
  return section(
    "What is in it",
    `${number(facts.files)} files in ${number(facts.folders)} folders, ${bytes(facts.bytes)}, ${number(facts.lines)} lines, ` +
      `depth ${facts.depth}. By bytes: ${percent(facts.binaryShare)} binary, ${percent(facts.generatedShare)} generated, ` +
      `${percent(facts.vendoredShare)} vendored.${stopped}`,
    table(["Language", "Files", "Lines", "Size"], languages),
    table(
      ["README", "CHANGELOG", "CONTRIBUTING", "SECURITY", "CODEOWNERS", "Licence text"],
      [
        [papers.readme, papers.changelog, papers.contributing, papers.security, papers.codeowners, papers.licence].map(
          path,
        ),
      ],
    ),
    [
      "Largest files:",
      "",
      ...facts.largest.items.slice(0, 5).map((each) => `- ${code(each.path)} ${bytes(each.size)}`),
    ],
  );
}

function licences(facts: Of<"licences">): Markdown {
  const texts = facts.texts.map(
    ({ path: file, licences: found }) =>
      `- ${code(file)}: ${found.length === 0 ? "not recognised" : escaped(found.join(", "))}`,
  );
  const rows = facts.byLicence.items.map(({ licence, packages }) => [code(licence), number(packages)]);
  return section(
    "Licences",
    `Declared: ${facts.declared === null ? "nothing" : code(facts.declared)}. Licence texts:`,
    texts.length === 0 ? "- none" : texts,
    facts.packages === 0 ? "No locked packages to look at." : `Locked packages: ${number(facts.packages)}.`,
    rows.length === 0 ? "" : table(["Licence", "Packages"], rows),
    facts.heavy.total === 0 ? "" : ["Copyleft or closed:", "", ...facts.heavy.items.map(pulled), ...more(facts.heavy)],
    facts.unknown.total === 0 ? "" : ["Not known:", "", ...facts.unknown.items.map(pulled), ...more(facts.unknown)],
  );
}

const pulled = ({ name, version, licence, dev }: Of<"licences">["heavy"]["items"][number]): Markdown =>
  `- ${code(`${name}@${version}`)} ${licence === null ? "not stated" : code(licence)}${dev ? " (development only)" : ""}`;

function dependencies(facts: Of<"dependencies">, manifest: ReviewFacts["manifest"]): Markdown {
  const asked = manifest?.manifest?.counts;
  const rows: (readonly Markdown[])[] = [
    [
      "Lockfile",
      facts.lockfile === null
        ? "none"
        : `${code(facts.lockfile)} (${escaped(facts.format ?? "")}, read ${facts.reading})`,
    ],
    [
      "Locked packages",
      `${number(facts.packages)}: ${number(facts.direct)} direct, ${number(facts.transitive)} transitive`,
    ],
    [
      "In step with the manifest",
      facts.inStep === null ? "cannot be told" : facts.inStep ? "yes" : `no (${facts.outOfStep.total})`,
    ],
    ["In several versions", number(facts.duplicates.total)],
    [
      "With install scripts",
      facts.installScripts === null ? "this lockfile does not say" : number(facts.installScripts.total),
    ],
    ["Without integrity digest", number(facts.withoutIntegrity.total)],
    ["Not from a registry", number(facts.notFromRegistry.total)],
    ["Deprecated", number(facts.deprecated.total)],
  ];
  if (asked !== undefined)
    rows.unshift([
      "Asked for",
      `${asked.dependencies} to run, ${asked.devDependencies} to develop, ${asked.optionalDependencies} optional, ${asked.peerDependencies} peers`,
    ]);
  const loose = manifest?.manifest?.loose;
  const others = manifest?.others ?? [];
  return section(
    "Dependencies",
    table(["", ""], facts.lockfile === null ? rows.slice(0, asked === undefined ? 1 : 2) : rows),
    loose === undefined || loose.total === 0
      ? ""
      : [
          "Loose ranges:",
          "",
          ...loose.items.map((each) => `- ${code(each.name)} ${code(each.range)} (${each.kind})`),
          ...more(loose),
        ],
    others.map(
      ({ ecosystem, manifests }) => `- ${escaped(ecosystem)}: ${number(manifests.total)} manifests found, not analysed`,
    ),
  );
}

function secrets(facts: Of<"secrets">): Markdown {
  const { likely, possible, placeholder } = facts.counts;
  const rows = facts.matches.items
    .slice(0, 20)
    .map((each) => [each.likelihood, escaped(each.what), code(`${each.path}:${each.line}`), code(each.redacted)]);
  return section(
    "Secrets",
    `Files searched: ${number(facts.scannedFiles)}. Credentials: ${likely} likely, ${possible} possible, ${placeholder} made up.`,
    rows.length === 0 ? "" : table(["", "What", "Where", "Begins"], rows),
    facts.matches.total > rows.length ? `…and ${number(facts.matches.total - rows.length)} more.` : "",
  );
}

function tests(facts: Of<"tests">): Markdown {
  const ci = facts.ci.items.map(({ path: file, system, testLine }) => [
    code(file),
    escaped(system),
    testLine === null ? "not seen" : `line ${testLine}`,
  ]);
  return section(
    "Tests and CI",
    `Test files: ${number(facts.testFiles)}, source files: ${number(facts.sourceFiles)} (ratio ${facts.ratio.toFixed(2)}). ` +
      `Test script: ${facts.testScript === null ? "none" : code(facts.testScript)}.`,
    ci.length === 0 ? "No CI configuration." : table(["CI file", "System", "Runs tests"], ci),
    facts.actions === 0
      ? ""
      : `Actions: ${facts.actions}, of which ${facts.unpinnedActions.total} are not pinned to a commit.`,
  );
}

function links(facts: Of<"links">): Markdown {
  const broken = facts.broken.items.map(
    ({ path: from, line, target, why }) => `- ${code(`${from}:${line}`)} → ${code(target)} (${why})`,
  );
  return section(
    "Documentation links",
    `Documents: ${number(facts.documents)}. Links between files: ${number(facts.relative)}, broken: ${facts.broken.total}, ` +
      `leading out of the tree: ${number(facts.outside)}. External addresses, not fetched: ${number(facts.external)}.`,
    broken.length === 0 ? "" : [...broken, ...more(facts.broken)],
  );
}
