/** Compares the catalogue with the tests. Fails where a line has neither a test nor a reason, or a title an unknown id. */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mismatches, rowsOf } from "./coverage-of-ids.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const cwd = fileURLToPath(new URL("..", import.meta.url));

const catalogue = read("docs/catalogue.md");
const notCovered = read("docs/not-covered.md");
// The suites that are published carry their ids in `src/testing`.
const tests = globSync("{test/**/*.test.ts,test/**/*.test-d.ts,src/testing/**/*.ts}", { cwd })
  .toSorted()
  .map((path) => ({ path, text: read(path) }));

const faults = mismatches({ catalogue, notCovered, tests });
for (const fault of faults) console.error(`catalogue: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
else {
  const all = rowsOf(catalogue).size;
  const open = rowsOf(notCovered).size;
  console.log(`catalogue: ${all} lines, ${all - open} with a test, ${open} without and with the reason`);
}
