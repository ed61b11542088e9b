import * as v from "valibot";
import { defineTool } from "../../../index.ts";
import { assessDependencies, type DependencyFacts } from "../analysis/dependencies/dependencies.ts";
import type { Tree } from "../tree.ts";
import { rootLockfile, rootManifest } from "./manifest-source.ts";

export const readLockfileTool = (tree: Tree) =>
  defineTool({
    name: "read-lockfile",
    description: "Reads the lockfile at the root (npm, pnpm, yarn) and holds it against the manifest.",
    input: v.strictObject({}),
    effect: "read",
    run: async (): Promise<DependencyFacts> => assessDependencies(await rootManifest(tree), await rootLockfile(tree)),
  });
