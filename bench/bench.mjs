/** Bench: the command. Measures a workload over peers and sizes; prints tables, or JSON. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gates } from "./lib/gates.mjs";
import { adapterOf, isInstalled, peerNames } from "./lib/peers.mjs";
import { measureAll } from "./lib/rounds.mjs";
import { columns, growthTable, mainTable, show } from "./lib/table.mjs";

const SIZES = {
  W1: [10, 100, 1_000, 10_000],
  W2: [10, 100, 1_000, 10_000],
  W3: [100, 1_000, 10_000],
  W4: [1_000],
  W5: [1],
};

const HELP = `usage: npm run bench -- <workload> [options]

workloads
  W1  one run of S steps: the cost of a step as a run grows
  W2  one run of T tasks of 3 steps, 64 at once
  W3  R runs that wait for a person
  W4  kill -9 in the middle of a run, then recovery
  W5  cold start
  policy  a decision over 50 rules, and what the gate adds to a call; takes --reps, --source, --json, --out
  inspect opening a run of 100,000 entries, and what it costs a run to be watched; takes --seconds too
  agent   a turn of a language model, in the AI SDK's own loop and as an agent of ours; takes the same
  watch   three pages in Chromium on a run that goes as fast as it can, one of them stalled; takes --seconds too

options
  --peers a,b:mode   peers, or one mode of a peer; default: all there are
  --sizes 10,100     default: those of the workload
  --reps 5           rounds
  --timeout 300      seconds one measurement may take
  --seconds 30       how long a run is watched, for inspect and watch
  --source           measure our sources as they are, not a build of them
  --profile dir      write a CPU profile of each measurement there
  --json             print samples as JSON instead of tables
  --out file         also write the samples to a file
  --help`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peers: { type: "string" },
    sizes: { type: "string" },
    reps: { type: "string", default: "5" },
    timeout: { type: "string", default: "300" },
    seconds: { type: "string", default: "30" },
    source: { type: "boolean", default: false },
    profile: { type: "string" },
    json: { type: "boolean", default: false },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const [workload] = positionals;
if (["policy", "inspect", "agent", "watch"].includes(workload) && !options.help) {
  await alone(workload);
  process.exit(0);
}
if (options.help || columns[workload] === undefined) {
  console.log(HELP);
  process.exit(options.help ? 0 : 2);
}

const { cells, missing } = await cellsOf(options.peers?.split(",") ?? peerNames());
if (!options.source && cells.some(({ peer }) => peer === "ours")) build();
process.env.BENCH_SOURCE = options.source ? "1" : "";

const samples = await measureAll(workload, cells, {
  sizes: options.sizes?.split(",").map(Number) ?? SIZES[workload],
  reps: Number(options.reps),
  timeout: Number(options.timeout),
  flags: options.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${options.profile}`],
  told: (sample) => console.error(progress(sample)),
});

const json = JSON.stringify({ workload, node: process.version, missing, samples }, null, 1);
if (options.out !== undefined) writeFileSync(options.out, json);
if (options.json) console.log(json);
else {
  const growth = workload === "W4" || workload === "W5" ? "" : growthTable(samples);
  console.log(
    [mainTable(workload, samples, missing), growth, ...gates(workload, samples)].filter(Boolean).join("\n\n"),
  );
}

/** What has a file of its own, and no peers. */
async function alone(name) {
  if (!options.source) build();
  const { measure, print } = await import(`./${name}.mjs`);
  const from = options.source ? { root: "../", extension: "ts" } : { root: "./dist/", extension: "js" };
  const found = await measure({ ...from, reps: Number(options.reps), seconds: Number(options.seconds) });
  const json = JSON.stringify({ workload, node: process.version, found }, null, 1);
  if (options.out !== undefined) writeFileSync(options.out, json);
  if (options.json) console.log(json);
  else print(found);
}

async function cellsOf(names) {
  const [cells, missing] = [[], []];
  for (const name of names) {
    const [peer, wanted] = name.split(":");
    if (!peerNames().includes(peer)) throw new Error(`there is no peer "${peer}"; there are ${peerNames().join(", ")}`);
    if (!isInstalled(peer)) {
      missing.push(name);
      continue;
    }
    const adapter = await adapterOf(peer);
    const modes = adapter.workloads[workload] ?? [];
    for (const mode of modes) if (wanted === undefined || wanted === mode) cells.push({ peer, mode, adapter });
  }
  return { cells, missing };
}

/** What users get is JavaScript; a build also keeps edits made meanwhile out of the measurement. */
function build() {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
  const out = fileURLToPath(new URL("dist", import.meta.url));
  try {
    execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", out], { cwd: root, stdio: "pipe" });
  } catch (error) {
    // The compiler writes what it can all the same.
    console.error(`the build has faults; measuring it as it is\n${String(error.stdout).slice(0, 500)}`);
  }
}

function progress(sample) {
  const name = `${sample.workload} ${sample.peer}:${sample.mode} size=${sample.size} round=${sample.rep}`;
  if (sample.error !== undefined) return `${name} failed: ${sample.error}`;
  const figures = Object.keys(columns[sample.workload]).map((field) => `${field}=${show(sample[field])}`);
  return `${name} ${figures.join(" ")} load=${sample.load.toFixed(1)}`;
}
