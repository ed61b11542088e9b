import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assessDependencies } from "../../../cli/review/analysis/dependencies/dependencies.ts";
import { ecosystemFindings, ecosystemsOf } from "../../../cli/review/analysis/dependencies/ecosystems.ts";
import { type Lockfile, readLockfileText } from "../../../cli/review/analysis/dependencies/lockfile.ts";
import { readManifestText } from "../../../cli/review/analysis/dependencies/manifest.ts";
import { rangeKindOf } from "../../../cli/review/analysis/dependencies/version-range.ts";
import { lockedPackage } from "./locked-package.ts";

const manifest = (fields: unknown) => readManifestText("package.json", JSON.stringify(fields));
const rules = (found: { readonly findings: readonly { readonly rule: string }[] }) =>
  found.findings.map(({ rule }) => rule);

describe("ranges", () => {
  it.each([
    ["1.2.3", "exact"],
    ["=1.2.3", "exact"],
    ["1.2.3-beta.1+build", "exact"],
    ["^1.2.3", "compatible"],
    ["~1.2", "compatible"],
    ["1.x", "compatible"],
    ["1", "compatible"],
    [">=1 <2", "compatible"],
    ["1.0.0 - 2.0.0", "compatible"],
    ["^1 || ^2", "compatible"],
    ["^1 || *", "any"],
    [">=1.0.0", "wide"],
    ["*", "any"],
    ["", "any"],
    ["x", "any"],
    ["latest", "tag"],
    ["next", "tag"],
    ["git+https://github.com/a/b.git#main", "git"],
    ["github:a/b", "git"],
    ["a/b#semver:^1", "git"],
    ["https://example.com/a.tgz", "url"],
    ["http://example.com/a.tgz", "insecure-url"],
    ["file:../a", "file"],
    ["workspace:^", "workspace"],
    ["npm:other@^1", "alias"],
    ["???", "unknown"],
  ])("reads %j as %s", (range, kind) => expect(rangeKindOf(range)).toBe(kind));
});

describe("manifests", () => {
  it.each(["", "{", "[]", "null", '"text"', "\0", '{"dependencies": [1, 2]'])(
    "finds %j malformed, and does not throw",
    (text) => {
      const { facts } = readManifestText("package.json", text);
      expect(facts.readable).toBe(false);
      expect(rules(facts)).toContain("manifest.malformed");
    },
  );

  it("finds parts of the wrong shape", () => {
    const { facts } = manifest({ dependencies: ["a"], scripts: "x", devDependencies: { a: 1, b: "^1.0.0" } });
    expect(rules(facts)).toEqual(["manifest.shape", "manifest.shape", "manifest.shape"]);
    expect(facts.counts.devDependencies).toBe(1);
  });

  it("F-DAT-01 takes __proto__ and constructor for names like any other", () => {
    const text = '{"name":"x","__proto__":{"license":"MIT"},"dependencies":{"__proto__":"*","constructor":"^1.0.0"}}';
    const { facts, dependencies } = readManifestText("package.json", text);
    expect(facts.licence).toBeNull();
    expect(dependencies.map(({ name }) => name)).toEqual(["__proto__", "constructor"]);
    expect(facts.loose.items.map(({ name }) => name)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf({})).not.toHaveProperty("license");
  });

  it("weighs loose ranges by who gets them", () => {
    expect(manifest({ dependencies: { a: "*" } }).facts.findings[0]).toMatchObject({
      rule: "range.any",
      severity: "high",
    });
    expect(manifest({ devDependencies: { a: "*" } }).facts.findings[0]).toMatchObject({
      rule: "range.any",
      severity: "medium",
    });
    expect(rules(manifest({ peerDependencies: { a: ">=1" } }).facts)).toEqual([]);
  });

  it("reads licences of all ages", () => {
    expect(manifest({ license: "MIT" }).facts.licence).toBe("MIT");
    expect(manifest({ license: { type: "MIT", url: "x" } }).facts.licence).toBe("MIT");
    expect(manifest({ licenses: [{ type: "MIT" }, { type: "GPL-2.0" }] }).facts.licence).toBe("(MIT OR GPL-2.0)");
    expect(manifest({ license: 7 }).facts.licence).toBeNull();
  });

  it("finds scripts that run at installation", () => {
    expect(manifest({ scripts: { postinstall: "node x.js", test: "vitest" } }).facts.installScripts).toEqual([
      "postinstall",
    ]);
  });
});

const npm3 = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    "": { dependencies: { a: "^1.0.0" }, peerDependencies: { a: ">=1" }, devDependencies: { "@s/b": "2.0.0" } },
    "node_modules/a": {
      version: "1.0.0",
      resolved: "https://registry.example/a/-/a-1.0.0.tgz",
      integrity: "sha512-x",
      license: "MIT",
    },
    "node_modules/@s/b": { version: "2.0.0", dev: true, hasInstallScript: true, deprecated: "gone" },
    "node_modules/@s/b/node_modules/a": {
      version: "0.9.0",
      resolved: "git+ssh://git@github.com/a/a.git#abc",
      integrity: "sha512-x",
    },
    "node_modules/w": { link: true, resolved: "packages/w" },
    "packages/w": { version: "0.0.0" },
  },
});
const npm1 = JSON.stringify({
  lockfileVersion: 1,
  dependencies: {
    a: { version: "1.0.0", integrity: "sha512-x", dependencies: { b: { version: "2.0.0", dev: true } } },
    c: { version: "http://example.com/c.tgz" },
  },
});
const pnpm9 = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

importers:

  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.0.0
    devDependencies:
      '@s/b':
        specifier: 2.0.0
        version: 2.0.0(a@1.0.0)

  packages/w:
    dependencies:
      z:
        specifier: ^9.0.0
        version: 9.0.0

packages:

  '@s/b@2.0.0':
    resolution: {integrity: sha512-x}
    engines: {node: '>=18'}
    deprecated: "use c: it is better"
    peerDependencies:
      a: ^1.0.0

  a@1.0.0:
    resolution: {integrity: sha512-x}

  d@https://codeload.github.com/d/d/tar.gz/abc:
    resolution: {tarball: https://codeload.github.com/d/d/tar.gz/abc}
    version: 1.0.0

snapshots:

  a@1.0.0: {}
`;
const pnpm5 = `lockfileVersion: 5.4

specifiers:
  a: ^1.0.0

dependencies:
  a: 1.0.0_react@18.0.0

packages:

  /@s/b/2.0.0:
    resolution: {integrity: sha512-x}
    requiresBuild: true
    dev: true

  /a/1.0.0_react@18.0.0:
    resolution: {integrity: sha512-x}
    dev: false
`;
const yarn1 = `# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.
# yarn lockfile v1


"@s/b@2.0.0", "@s/b@^2.0.0":
  version "2.0.0"
  resolved "https://registry.example/@s/b/-/b-2.0.0.tgz#abc"
  integrity sha512-x
  dependencies:
    a "^1.0.0"

a@^1.0.0:
  version "1.0.0"
  resolved "https://registry.example/a/-/a-1.0.0.tgz#abc"
`;
const berry = `__metadata:
  version: 8
  cacheKey: 10

"@s/b@npm:2.0.0":
  version: 2.0.0
  resolution: "@s/b@npm:2.0.0"
  checksum: 10/abc
  languageName: node
  linkType: hard

"a@npm:^1.0.0":
  version: 1.0.0
  resolution: "a@npm:1.0.0"
  checksum: 10/abc

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
`;
const named = ({ packages }: Lockfile) => packages.map(({ name, version }) => `${name}@${version}`).sort();

describe("lockfiles", () => {
  it("reads npm v3: packages, not workspaces or links", () => {
    const lock = readLockfileText("package-lock.json", npm3);
    expect(named(lock)).toEqual(["@s/b@2.0.0", "a@0.9.0", "a@1.0.0"]);
    expect(lock.packages.map(({ source }) => source).sort()).toEqual(["git", "registry", "unstated"]);
    expect(lock).toMatchObject({ format: "npm v3", unread: [], tellsInstallScripts: true });
  });

  it("reads npm v1, nested", () => {
    const lock = readLockfileText("package-lock.json", npm1);
    expect(named(lock)).toEqual(["a@1.0.0", "b@2.0.0", "c@http://example.com/c.tgz"]);
    expect(lock.packages.find(({ name }) => name === "c")?.source).toBe("insecure-url");
  });

  it("reads pnpm 9 and 5", () => {
    const nine = readLockfileText("pnpm-lock.yaml", pnpm9);
    expect(named(nine)).toEqual(["@s/b@2.0.0", "a@1.0.0", "d@https://codeload.github.com/d/d/tar.gz/abc"]);
    expect(nine.packages.map(({ source }) => source)).toEqual(["registry", "registry", "git"]);
    expect(nine.packages[0]?.deprecated).toBe("use c: it is better");
    expect([...(nine.asked ?? [])]).toEqual([
      ["a", ["^1.0.0"]],
      ["@s/b", ["2.0.0"]],
    ]);
    const five = readLockfileText("pnpm-lock.yaml", pnpm5);
    expect(named(five)).toEqual(["@s/b@2.0.0", "a@1.0.0"]);
    expect(five).toMatchObject({ format: "pnpm 5.4", unread: [], tellsInstallScripts: true });
  });

  it("reads yarn, classic and berry", () => {
    for (const [text, format] of [
      [yarn1, "yarn v1"],
      [berry, "yarn berry"],
    ] as const) {
      const lock = readLockfileText("yarn.lock", text);
      expect(named(lock)).toEqual(["@s/b@2.0.0", "a@1.0.0"]);
      expect(lock).toMatchObject({ format, unread: [] });
      expect(lock.packages.every(({ source }) => source === "registry")).toBe(true);
    }
  });

  it.each(["package-lock.json", "pnpm-lock.yaml", "yarn.lock"])(
    "never throws on a malformed %s, and calls it unread",
    (path) => {
      for (const text of [
        "",
        "{",
        "null",
        "[]",
        "\0\0",
        '{"packages":{"node_modules/a":7}}',
        "}{:\n  :\n    :",
        "a\nb\nc",
      ]) {
        const lock = readLockfileText(path, text);
        expect(lock.unread.length, JSON.stringify(text)).toBeGreaterThan(0);
        expect(rules(assessDependencies(null, { path, lock }))).toContain("lockfile.malformed");
      }
      fc.assert(
        fc.property(
          fc.string({ unit: fc.constantFrom("\n", " ", ":", "'", '"', "a", "@", "/", "1", ".", "{", "}", "packages") }),
          (text) => void readLockfileText(path, text),
        ),
      );
    },
  );

  it("F-RES-05 survives a lockfile that nests without end", () => {
    const deep = `{"lockfileVersion":1,"dependencies":${'{"a":{"version":"1.0.0","dependencies":'.repeat(3_000)}{}${"}}".repeat(3_000)}}`;
    expect(readLockfileText("package-lock.json", deep).unread).not.toEqual([]);
    expect(readLockfileText("package-lock.json", "[".repeat(200_000)).unread).not.toEqual([]);
  });

  it("F-RES-04 reads hostile lines in linear time", () => {
    const started = performance.now();
    for (const line of [
      "a".repeat(1e6),
      `${"a:".repeat(5e5)}`,
      `"${"@a/".repeat(3e5)}`,
      `  ${"'".repeat(1e6)}`,
      " ".repeat(1e6),
    ]) {
      readLockfileText("pnpm-lock.yaml", `packages:\n  ${line}:\n${line}`);
      readLockfileText("yarn.lock", `${line}:\n  ${line}`);
      rangeKindOf(line);
    }
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe("manifest and lockfile together", () => {
  const asked = manifest({
    dependencies: { a: "^1.0.0" },
    peerDependencies: { a: ">=1" },
    devDependencies: { "@s/b": "2.0.0" },
  });
  const against = (path: string, text: string, wanted = asked) =>
    assessDependencies(wanted, { path, lock: readLockfileText(path, text) });

  it.each([
    ["package-lock.json", npm3],
    ["pnpm-lock.yaml", pnpm9],
    ["yarn.lock", yarn1],
    ["yarn.lock", berry],
  ])("finds them in step: %s", (path, text) => {
    expect(against(path, text)).toMatchObject({ inStep: true, direct: 2, outOfStep: { total: 0 } });
  });

  it.each([
    ["package-lock.json", npm3],
    ["package-lock.json", npm1],
    ["pnpm-lock.yaml", pnpm9],
    ["yarn.lock", yarn1],
  ])("finds a dependency that is not locked: %s", (path, text) => {
    const more = manifest({
      dependencies: { a: "^1.0.0", c: "^1.0.0", new: "^3.0.0" },
      devDependencies: { "@s/b": "2.0.0" },
    });
    const facts = against(path, text, more);
    expect(facts.inStep).toBe(false);
    expect(facts.outOfStep.items).toContain('new "^3.0.0" is not locked');
    expect(rules(facts)).toContain("lockfile.out-of-step");
  });

  it("finds a changed range, and one that is gone", () => {
    expect(against("package-lock.json", npm3, manifest({ dependencies: { a: "^2.0.0" } })).outOfStep.items).toEqual([
      'a "^2.0.0" is locked for "^1.0.0"',
      "@s/b is locked, and the manifest no longer asks for it",
    ]);
  });

  it("counts duplicates, install scripts, sources, digests and deprecations", () => {
    expect(against("package-lock.json", npm3)).toMatchObject({
      packages: 3,
      transitive: 1,
      duplicates: { items: [{ name: "a", versions: ["0.9.0", "1.0.0"] }] },
      installScripts: { items: ["@s/b@2.0.0"] },
      withoutIntegrity: { items: ["@s/b@2.0.0"] },
      notFromRegistry: { items: ["a@0.9.0"] },
      deprecated: { items: ["@s/b@2.0.0: gone"] },
    });
    expect(against("yarn.lock", yarn1).installScripts).toBeNull();
  });

  it("minds a missing lockfile more when there is something to run", () => {
    expect(rules(assessDependencies(asked, null))).toEqual(["lockfile.absent"]);
    expect(rules(assessDependencies(manifest({ devDependencies: { a: "1" } }), null))).toEqual(["lockfile.absent-dev"]);
    expect(rules(assessDependencies(manifest({}), null))).toEqual([]);
    expect(rules(assessDependencies(null, null))).toEqual([]);
  });

  it("F-TOOL-08 bounds its lists and says what it left out", () => {
    const packages = Array.from({ length: 5_000 }, (_, n) => lockedPackage(`p${n}`, { integrity: false }));
    const lock: Lockfile = { format: "npm v3", packages, tellsInstallScripts: true, unread: [] };
    const facts = assessDependencies(null, { path: "package-lock.json", lock });
    expect(facts.withoutIntegrity).toMatchObject({ total: 5_000, leftOut: 4_980 });
    expect(JSON.stringify(facts).length).toBeLessThan(10_000);
  });
});

it("names other ecosystems, says that they were not analysed, and whether they are locked", () => {
  const found = ecosystemsOf(["pyproject.toml", "sub/Cargo.toml", "sub/Cargo.lock", "go.mod", "pom.xml", "src/a.py"]);
  expect(found.map(({ ecosystem, lockfile }) => [ecosystem, lockfile])).toEqual([
    ["Python", false],
    ["Rust", true],
    ["Go", false],
    ["Java (Maven)", null],
  ]);
  expect(ecosystemFindings(found)[0]?.text).toBe("Python: manifest found, not analysed. There is no lockfile.");
});
