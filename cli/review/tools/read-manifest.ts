import * as v from "valibot";
import { defineTool } from "../../../index.ts";
import { ecosystemFindings, ecosystemsOf, isEcosystemFile } from "../analysis/dependencies/ecosystems.ts";
import type { ManifestReport } from "../analysis/facts.ts";
import { finding, ranked } from "../analysis/finding.ts";
import { isVendored, nameOf } from "../analysis/language.ts";
import type { Tree } from "../tree.ts";
import { MANIFEST, rootManifest } from "./manifest-source.ts";

/** Beyond these, manifests of other ecosystems are not even listed. */
const MOST_PATHS = 5_000;
const FIXTURE = /(?:^|\/)(?:fixtures?|testdata|examples?)\//;

export const readManifestTool = (tree: Tree) =>
  defineTool({
    name: "read-manifest",
    description: "Reads the package.json at the root: ranges, scripts, licence. Names manifests of other ecosystems.",
    input: v.strictObject({}),
    effect: "read",
    run: async (_input, { signal }): Promise<ManifestReport> => {
      const manifest = await rootManifest(tree);
      const others: string[] = [];
      let nested = 0;
      for await (const { path } of tree.walk({ signal })) {
        if (isVendored(path) || FIXTURE.test(path)) continue;
        if (nameOf(path) === MANIFEST && path !== MANIFEST) nested += 1;
        if (isEcosystemFile(path) && others.length < MOST_PATHS) others.push(path);
      }
      const ecosystems = ecosystemsOf(others);
      return {
        manifest: manifest?.facts ?? null,
        nested,
        others: ecosystems,
        findings: ranked([
          ...(manifest?.facts.findings ?? []),
          ...ecosystemFindings(ecosystems),
          ...nestedFinding(nested),
        ]),
      };
    },
  });

const nestedFinding = (nested: number) =>
  nested === 0
    ? []
    : [
        finding(
          "info",
          "manifest.nested",
          `Files named package.json below the root, not analysed: ${nested}.`,
          `${nested} files`,
        ),
      ];
