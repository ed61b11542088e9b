/** Profile: where the time of a `.cpuprofile` went, by file and by function. `node bench/profile.mjs <file> [rows]`. */
import { readFileSync } from "node:fs";

const [file, rows = "25"] = process.argv.slice(2);
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, "utf8"));
const byId = new Map(nodes.map((node) => [node.id, node]));

/** Waiting is not work. */
const IDLE = new Set(["(idle)", "(program)", "(root)"]);

const functions = new Map();
const files = new Map();
let total = 0;
samples.forEach((id, i) => {
  const { functionName, url, lineNumber } = byId.get(id).callFrame;
  if (IDLE.has(functionName)) return;
  const spent = timeDeltas[i];
  total += spent;
  const place = url === "" ? "(native)" : url.replace(/^.*\/(node_modules|bench)\//, "");
  const name = url === "" ? functionName : `${functionName || "(anonymous)"} ${place}:${lineNumber + 1}`;
  functions.set(name, (functions.get(name) ?? 0) + spent);
  const group = url === "" ? functionName : place;
  files.set(group, (files.get(group) ?? 0) + spent);
});

const print = (title, spent) => {
  console.log(`\n${title}`);
  const top = [...spent].sort((a, b) => b[1] - a[1]).slice(0, Number(rows));
  for (const [name, us] of top) console.log(`${((100 * us) / total).toFixed(1).padStart(5)} %  ${name}`);
};
console.log(`${(total / 1000).toFixed(0)} ms of work`);
print("by file", files);
print("by function, itself", functions);
