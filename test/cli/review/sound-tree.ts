import type { ReviewFacts } from "../../../cli/review/analysis/facts.ts";
import { reviewTools } from "../../../cli/review/tools/review-tools.ts";
import type { Tree } from "../../../cli/review/tree.ts";
import { MIT_TEXT } from "./licence-samples.ts";
import { context } from "./scratch-tree.ts";

const lockfile = {
  lockfileVersion: 3,
  packages: {
    "": { dependencies: { a: "^1.0.0" } },
    "node_modules/a": {
      version: "1.0.0",
      resolved: "https://registry.example/a/-/a-1.0.0.tgz",
      integrity: "sha512-x",
      license: "ISC",
    },
  },
};

/** A small project with nothing wrong with it. */
export const soundFiles: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    name: "sound",
    version: "1.0.0",
    license: "MIT",
    repository: "github:a/sound",
    engines: { node: ">=22" },
    scripts: { test: "vitest run" },
    dependencies: { a: "^1.0.0" },
  }),
  "package-lock.json": JSON.stringify(lockfile),
  LICENSE: MIT_TEXT,
  "README.md": "# Sound\n\nSee [changes](CHANGELOG.md) and [a heading](#sound).\n",
  "CHANGELOG.md": "# Changes\n",
  "CONTRIBUTING.md": "# Contributing\n",
  "SECURITY.md": "# Security\n",
  ".ci/run": "npm ci\nnpm test\n",
  "src/a.ts": "export const a = 1;\n",
  "src/b.ts": "export const b = 2;\n",
  "test/a.test.ts": "it('works');\n",
};

/** All facts about a tree, tool by tool, without a runtime. */
export async function gather(tree: Tree): Promise<ReviewFacts> {
  const tools = reviewTools(tree);
  return {
    name: tree.name,
    inventory: await tools.inventory.run({}, context()),
    manifest: await tools.readManifest.run({}, context()),
    dependencies: await tools.readLockfile.run({}, context()),
    licences: await tools.findLicences.run({}, context()),
    secrets: await tools.scanSecrets.run({}, context()),
    tests: await tools.detectTests.run({}, context()),
    links: await tools.checkLinks.run({}, context()),
  };
}
