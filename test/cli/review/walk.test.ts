import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { inventoryTool } from "../../../cli/review/tools/inventory.ts";
import { scanSecretsTool } from "../../../cli/review/tools/scan-secrets.ts";
import { openTree, type Tree } from "../../../cli/review/tree.ts";
import { context, scratch } from "./scratch-tree.ts";

async function walked(tree: Tree) {
  const walk = tree.walk();
  const paths: string[] = [];
  for await (const { path } of walk) paths.push(path);
  return { paths: paths.sort(), tally: walk.tally };
}

it("yields every regular file once, with its size", async () => {
  const root = scratch({ "a.txt": "1", "b/c.txt": "22", "b/d/e.txt": "333" });
  const sizes = new Map<string, number>();
  for await (const { path, size } of (await openTree(root)).walk()) sizes.set(path, size);
  expect([...sizes].sort()).toEqual([
    ["a.txt", 1],
    ["b/c.txt", 2],
    ["b/d/e.txt", 3],
  ]);
});

it("enters no tool folders, and counts them", async () => {
  const root = scratch({
    "node_modules/x/a.js": "",
    "p/node_modules/y/b.js": "",
    ".git/HEAD": "",
    "dist/a.js": "",
    "src/a.js": "",
  });
  const { paths, tally } = await walked(await openTree(root));
  expect(paths).toEqual(["src/a.js"]);
  expect(Object.fromEntries(tally.skipped)).toEqual({ node_modules: 2, ".git": 1, dist: 1 });
});

it("enters the build folder of an installed package: there it is the source", async () => {
  const root = scratch({ "node_modules/x/dist/a.js": "", "node_modules/x/node_modules/y/b.js": "" });
  const tree = await openTree(join(root, "node_modules/x"));
  expect(tree.installed).toBe(true);
  expect((await walked(tree)).paths).toEqual(["dist/a.js"]);
});

it("counts links and special files, follows none, and ends in spite of loops", async () => {
  const root = scratch({ "a/b.txt": "" });
  symlinkSync("..", join(root, "a/up"));
  symlinkSync("self", join(root, "self"));
  symlinkSync("/", join(root, "slash"));
  execFileSync("mkfifo", [join(root, "pipe")]);
  const { paths, tally } = await walked(await openTree(root));
  expect(paths).toEqual(["a/b.txt"]);
  expect(tally).toMatchObject({ symlinks: 3, special: 1, files: 1, folders: 1 });
});

it("finds nothing in an empty folder", async () => {
  const tree = await openTree(scratch());
  expect((await walked(tree)).paths).toEqual([]);
  const facts = await inventoryTool(tree).run({}, context());
  expect(facts.findings.map(({ rule }) => rule)).toEqual(["tree.empty"]);
});

it("stops at its cap and says so", async () => {
  const root = scratch(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${n}.txt`, ""])));
  const { paths, tally } = await walked(await openTree(root, { maxFiles: 7 }));
  expect(paths).toHaveLength(7);
  expect(tally.stoppedAt).toBe(7);
  expect((await walked(await openTree(root, { maxFiles: 20 }))).tally.stoppedAt).toBeUndefined();
});

it("F-DAT-04 counts names that are not UTF-8, for nothing can open them by name", async () => {
  const root = scratch({ "good.txt": "" });
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.of(0xff)]), "");
  writeFileSync(join(root, "surrogate-\ud800"), "");
  const { paths, tally } = await walked(await openTree(root));
  // Node writes a lone surrogate as U+FFFD, a name like any other; the raw byte cannot be written in a string.
  expect(paths).toEqual(["good.txt", "surrogate-\uFFFD"]);
  expect(tally.unnameable).toBe(1);
});

it("goes down 128 folders, and counts what lies deeper as unread", async () => {
  const root = scratch();
  mkdirSync(join(root, "d/".repeat(140)), { recursive: true });
  writeFileSync(join(root, "d/".repeat(140), "deep.txt"), "");
  const { paths, tally } = await walked(await openTree(root));
  expect(paths).toEqual([]);
  expect(tally.unreadable).toBe(1);
});

it("F-TOOL-03 ends at once when its call is aborted", async () => {
  const tree = await openTree(scratch({ "a.txt": "", "b.txt": "" }));
  const abort = new AbortController();
  abort.abort(new Error("stopped"));
  await expect(inventoryTool(tree).run({}, context(abort.signal))).rejects.toThrow("stopped");
});

it("F-TOOL-08 takes 50,000 files in bounded memory, with a bounded result", { timeout: 300_000 }, async () => {
  const root = scratch();
  for (let folder = 0; folder < 50; folder += 1) {
    mkdirSync(join(root, `folder-${folder}`));
    for (let file = 0; file < 1_000; file += 1)
      writeFileSync(join(root, `folder-${folder}/${file}.ts`), `export const a = ${file};\n`);
  }
  await setImmediate();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const tree = await openTree(root);
  const inventory = await inventoryTool(tree).run({}, context());
  const secrets = await scanSecretsTool(tree).run({}, context());
  const grown = process.memoryUsage().heapUsed - before;
  expect(inventory.files).toBe(50_000);
  expect(inventory.lines).toBe(50_000);
  expect(secrets.scannedFiles).toBe(50_000);
  expect(JSON.stringify(inventory).length).toBeLessThan(16_384);
  // Without a forced collection this is an upper bound: garbage is in it.
  expect(grown).toBeLessThan(200 * 1_048_576);
});
