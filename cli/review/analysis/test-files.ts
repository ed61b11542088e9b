/** Which files are tests, by the conventions of their language? */
import { extensionOf, isCode, isGenerated, isVendored, nameOf } from "./language.ts";

const SCRIPT = new Set(["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte"]);
const TEST_FOLDER = /(?:^|\/)(?:test|tests|__tests__|spec|e2e)\//;
const SUPPORT_FOLDER = /(?:^|\/)(?:fixtures?|__fixtures__|testdata|__mocks__|mocks?|snapshots?|__snapshots__)\//;
const JVM = /(?:Tests?|IT|Spec)\.(?:java|kt|scala)$/;

export type FileRole = "test" | "source" | "neither";

export function roleOf(path: string): FileRole {
  if (!isCode(path) || isVendored(path) || isGenerated(path)) return "neither";
  if (isTest(path)) return "test";
  return SUPPORT_FOLDER.test(path) || path.endsWith(".d.ts") ? "neither" : "source";
}

function isTest(path: string): boolean {
  const name = nameOf(path);
  const extension = extensionOf(path);
  if (SUPPORT_FOLDER.test(path)) return false;
  if (SCRIPT.has(extension)) return /[.-](?:test|spec|test-d|cy)\.[a-z]+$/.test(name) || TEST_FOLDER.test(path);
  if (extension === "py") return /^test_|_test\.py$|^conftest\.py$/.test(name) || TEST_FOLDER.test(path);
  if (extension === "go") return name.endsWith("_test.go");
  if (extension === "rs") return TEST_FOLDER.test(path);
  if (JVM.test(name) || /(?:^|\/)src\/test\//.test(path)) return true;
  return TEST_FOLDER.test(path);
}

/** Rust keeps its unit tests beside the code. */
export const holdsRustTests = (path: string, text: string): boolean =>
  extensionOf(path) === "rs" && text.includes("#[cfg(test)]");
