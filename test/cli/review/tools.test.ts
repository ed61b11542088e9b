import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reviewTools } from "../../../cli/review/tools/review-tools.ts";
import { writeReportTool } from "../../../cli/review/tools/write-report.ts";
import { openTree } from "../../../cli/review/tree.ts";
import { context, scratch } from "./scratch-tree.ts";
import { gather, soundFiles } from "./sound-tree.ts";

const toolsOf = async (files: Record<string, string | Uint8Array>) => reviewTools(await openTree(scratch(files)));

it("F-TOOL-07 gives plain JSON, all of it, from every tool", async () => {
  const facts = await gather(await openTree(scratch(soundFiles)));
  expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
});

it("names its tools once each, and none of them changes anything", async () => {
  const tools = Object.values(await toolsOf({}));
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
  expect(tools.every(({ effect }) => effect === "read")).toBe(true);
});

it("refuses arguments nobody declared", async () => {
  const { readFile, inventory } = await toolsOf({});
  for (const [tool, args] of [
    [readFile, { path: "a", mode: "w" }],
    [readFile, { path: 7 }],
    [readFile, { path: "a", lines: 1e9 }],
    [inventory, { root: "/" }],
  ] as const) {
    const checked = await tool.input?.["~standard"].validate(args);
    expect(checked && "issues" in checked && checked.issues).toBeTruthy();
  }
});

it("finds a sound tree free of findings", async () => {
  const facts = await gather(await openTree(scratch(soundFiles)));
  const parts = [
    facts.inventory,
    facts.manifest,
    facts.dependencies,
    facts.licences,
    facts.secrets,
    facts.tests,
    facts.links,
  ];
  expect(parts.flatMap((part) => part?.findings ?? [])).toEqual([]);
});

it("gets through an empty tree, and one of nothing but rubbish", async () => {
  const rubbish = Uint8Array.from({ length: 5_000 }, (_, n) => (n * 7_919) % 256);
  const names = [
    "package.json",
    "package-lock.json",
    "LICENSE",
    "README.md",
    ".github/workflows/a.yml",
    "a.test.ts",
    "lib.rs",
    ".env",
  ];
  expect((await gather(await openTree(scratch()))).inventory?.files).toBe(0);
  const facts = await gather(await openTree(scratch(Object.fromEntries(names.map((name) => [name, rubbish])))));
  expect(facts.inventory).toMatchObject({ files: 8, binaryFiles: 8 });
  expect(facts.manifest?.findings.map(({ rule }) => rule)).toContain("manifest.malformed");
  expect(facts.dependencies?.findings.map(({ rule }) => rule)).toContain("lockfile.malformed");
});

it("counts a large file by what it is, and says that its lines were not counted", async () => {
  const { inventory } = await toolsOf({ "a.txt": "a\n".repeat(600_000), "b.bin": new Uint8Array(1_200_000) });
  expect(await inventory.run({}, context())).toMatchObject({
    files: 2,
    lines: 0,
    binaryFiles: 1,
    unreadFiles: 1,
    binaryShare: 0.5,
  });
});

it("takes a manifest that is a link out of the tree, or a pipe, for one that cannot be read", async () => {
  const outer = scratch({ "package.json": '{"name":"outside","license":"MIT"}', "root/a.txt": "" });
  symlinkSync("../package.json", join(outer, "root/package.json"));
  execFileSync("mkfifo", [join(outer, "root/yarn.lock")]);
  const facts = await gather(await openTree(join(outer, "root")));
  expect(facts.manifest?.manifest).toMatchObject({ readable: false, name: null });
  expect(facts.dependencies).toMatchObject({ lockfile: "yarn.lock", reading: "none" });
});

it("takes the licence of a locked package from what is installed, if it is the same version", async () => {
  const lock = {
    lockfileVersion: 3,
    packages: { "": {}, "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "1.0.0" } },
  };
  const { findLicences } = await toolsOf({
    "package.json": "{}",
    "package-lock.json": JSON.stringify(lock),
    "node_modules/a/package.json": '{"version":"1.0.0","license":"ISC"}',
    "node_modules/b/package.json": '{"version":"2.0.0","license":"ISC"}',
  });
  const facts = await findLicences.run({}, context());
  expect(facts.byObligation).toMatchObject({ permissive: 1, unknown: 1 });
});

describe("read-file", () => {
  it("gives the lines asked for, and says how many are left", async () => {
    const { readFile } = await toolsOf({ "a.txt": "1\n2\n3\n4\n5" });
    const excerpt = await readFile.run({ path: "a.txt", from: 2, lines: 2 }, context());
    expect(excerpt).toMatchObject({ text: "2\n3", from: 2, lines: 2, linesLeft: 2, truncated: false });
  });

  it("F-DAT-08 redacts before it cuts", async () => {
    const key = `AKIA${"Q3WZ7KPX2VNM5RTY"}`;
    const { readFile } = await toolsOf({
      "a.txt": `${"x ".repeat(990)}${key} end`,
      "k.pem": `-----BEGIN PRIVATE KEY-----\n${"Ab1+".repeat(16)}\n`,
    });
    const excerpt = await readFile.run({ path: "a.txt", from: 1, lines: 1 }, context());
    expect(excerpt.redactions).toBe(1);
    expect(excerpt.text).not.toContain(key.slice(4, 10));
    expect((await readFile.run({ path: "k.pem", from: 2, lines: 1 }, context())).text).toBe("[private key redacted]");
  });

  it("F-TOOL-08 bounds long lines, and names binary files only", async () => {
    const { readFile } = await toolsOf({ "a.txt": "a".repeat(1e6), "b.bin": Uint8Array.of(0, 1) });
    const long = await readFile.run({ path: "a.txt", from: 1, lines: 1 }, context());
    expect(long.truncated).toBe(true);
    expect(long.text.length).toBeLessThan(2_100);
    expect(await readFile.run({ path: "b.bin", from: 1, lines: 1 }, context())).toMatchObject({
      kind: "binary",
      text: "",
    });
  });

  it("F-DAT-11 refuses what is outside", async () => {
    const { readFile } = await toolsOf({});
    await expect(readFile.run({ path: "../../etc/passwd", from: 1, lines: 1 }, context())).rejects.toThrow(
      'it contains ".."',
    );
  });
});

it("lists files in order, below a folder or by their end, and counts the rest", async () => {
  const { listFiles } = await toolsOf({ "b/2.ts": "", "b/1.ts": "", "bb/x.ts": "", "b/c/3.md": "", "a.ts": "" });
  const list = async (args: { under?: string; endsWith?: string; limit: number }) => {
    const { files } = await listFiles.run(args, context());
    return [...files.items.map(({ path }) => path), files.leftOut];
  };
  expect(await list({ limit: 2 })).toEqual(["a.ts", "b/1.ts", 3]);
  expect(await list({ under: "b", limit: 9 })).toEqual(["b/1.ts", "b/2.ts", "b/c/3.md", 0]);
  expect(await list({ under: "b/", endsWith: ".ts", limit: 9 })).toEqual(["b/1.ts", "b/2.ts", 0]);
});

describe("write-report", () => {
  it("writes the same twice, and leaves nothing else behind", async () => {
    const root = scratch();
    const file = join(root, "REVIEW.md");
    const tool = writeReportTool(file);
    const first = await tool.run({ file, content: "# é" }, context());
    expect(await tool.run({ file, content: "# é" }, context())).toEqual(first);
    expect(first).toMatchObject({ bytes: 4 });
    expect(readFileSync(file, "utf8")).toBe("# é");
    expect(readdirSync(root)).toEqual(["REVIEW.md"]);
  });

  it("clears up after an attempt that a crash ended", async () => {
    const root = scratch();
    const file = join(root, "REVIEW.md");
    const tool = writeReportTool(file);
    const key = createHash("sha256").update(context().idempotencyKey).digest("hex").slice(0, 16);
    await tool.run({ file, content: "one" }, context());
    writeFileSync(join(root, `.REVIEW.md.${key}.tmp`), "half");
    await tool.run({ file, content: "two" }, context());
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(readdirSync(root)).toEqual(["REVIEW.md"]);
  });

  it("F-DAT-11 writes to its file and nowhere else", async () => {
    const root = scratch();
    const tool = writeReportTool(join(root, "REVIEW.md"));
    for (const file of ["/etc/motd", join(root, "other.md"), "../REVIEW.md", join(root, "REVIEW.md/..", "x")]) {
      await expect(tool.run({ file, content: "" }, context())).rejects.toMatchObject({ refusal: "outside" });
    }
    expect(readdirSync(root)).toEqual([]);
  });

  it("replaces a link instead of writing through it", async () => {
    const root = scratch({ "precious.txt": "precious" });
    symlinkSync("precious.txt", join(root, "REVIEW.md"));
    await writeReportTool(join(root, "REVIEW.md")).run({ file: join(root, "REVIEW.md"), content: "report" }, context());
    expect(readFileSync(join(root, "precious.txt"), "utf8")).toBe("precious");
    expect(() => readlinkSync(join(root, "REVIEW.md"))).toThrow("EINVAL");
  });

  it("refuses a folder in its place, and a folder that is not there", async () => {
    const root = scratch();
    mkdirSync(join(root, "REVIEW.md"));
    for (const file of [join(root, "REVIEW.md"), join(root, "none/REVIEW.md")])
      await expect(writeReportTool(file).run({ file, content: "" }, context())).rejects.toMatchObject({
        name: "TreeError",
      });
  });

  it("is idempotent, and asks a person when the command says so", () => {
    expect(writeReportTool("REVIEW.md")).toMatchObject({ effect: "idempotent", needsApproval: false });
    expect(writeReportTool("REVIEW.md", { needsApproval: true }).needsApproval).toBe(true);
  });
});
