import * as v from "valibot";
import { defineTool } from "../../../index.ts";
import { type CiFile, ciSystemOf, readCiFile } from "../analysis/ci.ts";
import { inOrder } from "../analysis/finding.ts";
import { extensionOf } from "../analysis/language.ts";
import { best } from "../analysis/shortlist.ts";
import { holdsRustTests, roleOf } from "../analysis/test-files.ts";
import { assessTests, type TestFacts } from "../analysis/testing.ts";
import type { Tree } from "../tree.ts";
import { MANIFEST, rootManifest } from "./manifest-source.ts";
import { sweep } from "./sweep.ts";

const READ_BYTES = 262_144;
const MOST_CI_FILES = 200;

export const detectTestsTool = (tree: Tree) =>
  defineTool({
    name: "detect-tests",
    description: "Counts test files by the conventions of their language, and looks for CI that runs them.",
    input: v.strictObject({}),
    effect: "read",
    run: async (_input, { signal }): Promise<TestFacts> => {
      const manifest = await rootManifest(tree);
      const scripts = manifest?.scripts ?? new Map<string, string>();
      const counts = { test: 0, source: 0, neither: 0 };
      const examples = best<string>(5, inOrder);
      const ci: CiFile[] = [];
      await sweep(tree, {
        maxBytes: READ_BYTES,
        signal,
        wants: ({ path }) => extensionOf(path) === "rs" || ciSystemOf(path) !== undefined,
        see: ({ path }, content) => {
          const text = content === undefined || content.kind === "binary" ? "" : content.text;
          const role = holdsRustTests(path, text) ? "test" : roleOf(path);
          counts[role] += 1;
          if (role === "test") examples.add(path);
          // A Rust file with tests in it is source as well.
          if (role === "test" && roleOf(path) === "source") counts.source += 1;
          if (ciSystemOf(path) !== undefined && ci.length < MOST_CI_FILES) ci.push(readCiFile(path, text, scripts));
        },
      });
      return assessTests({
        testFiles: counts.test,
        sourceFiles: counts.source,
        examples: examples.list(),
        manifestPath: manifest === null ? null : MANIFEST,
        scripts,
        ci,
        installed: tree.installed,
      });
    },
  });
