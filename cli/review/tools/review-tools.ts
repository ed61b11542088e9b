import type { Tree } from "../tree.ts";
import { checkLinksTool } from "./check-links.ts";
import { detectTestsTool } from "./detect-tests.ts";
import { findLicencesTool } from "./find-licences.ts";
import { inventoryTool } from "./inventory.ts";
import { listFilesTool } from "./list-files.ts";
import { readFileTool } from "./read-file.ts";
import { readLockfileTool } from "./read-lockfile.ts";
import { readManifestTool } from "./read-manifest.ts";
import { scanSecretsTool } from "./scan-secrets.ts";

/** Every tool that reads the tree. None of them changes anything, so each may be repeated after a crash. */
export const reviewTools = (tree: Tree) => ({
  inventory: inventoryTool(tree),
  listFiles: listFilesTool(tree),
  readFile: readFileTool(tree),
  readManifest: readManifestTool(tree),
  readLockfile: readLockfileTool(tree),
  findLicences: findLicencesTool(tree),
  scanSecrets: scanSecretsTool(tree),
  checkLinks: checkLinksTool(tree),
  detectTests: detectTestsTool(tree),
});
