/** The evaluation on a small corpus made up here: that it measures what it says, and looks at nothing it should not. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { evaluateLoops } from "../../eval/loops.ts";
import { tableOf } from "../../eval/table.ts";
import { sourcesOf } from "../support/source.ts";

const dir = mkdtempSync(join(tmpdir(), "eval-"));
afterAll(() => rmSync(dir, { recursive: true }));

type Step = { readonly [field: string]: unknown };

const call = (i: number, tool: string, args: unknown, text: string, more: Step = {}): readonly Step[] => [
  { i, agent: "worker", kind: "tool_call", tool, args },
  { i: i + 1, agent: "env", kind: "tool_result", tool, text, ...more },
];
const ask = (i: number, text: string): Step => ({ i, agent: "boss", kind: "message", to: "worker", text });

const corpora: Readonly<Record<string, readonly unknown[]>> = {
  se_traj: [
    {
      id: "looping",
      steps: [0, 2, 4, 6].flatMap((i) => call(i, "build", {}, "failed", { error: true })),
      labels: {
        loop: true,
        loop_onset_step: 4,
        pairs: [
          { prev: 0, step: 2, action_action: "Repetition" },
          { prev: 2, step: 4, action_action: "Repetition" },
          { prev: 4, step: 6, action_action: "Follow-up" },
        ],
      },
    },
    {
      id: "cut",
      steps: ["aa", "bb", "cc"].flatMap((text_sha256, n) => call(2 * n, "test", {}, "the same head", { text_sha256 })),
      labels: { loop: false, loop_onset_step: null, resolved: true, pairs: [] },
    },
    { id: "between", steps: [0, 2, 4].flatMap((i) => call(i, "x", {}, "y")), labels: { loop: null, pairs: [] } },
  ],
  whowhen: [
    {
      id: "stalled",
      steps: [0, 1, 2, 3, 4].map((i) => ask(i, "Please look at the chart once more")),
      labels: { no_progress: true, no_progress_onset_step: 2 },
    },
    { id: "busy", steps: [ask(0, "one"), ask(1, "two")], labels: { no_progress: false } },
    { id: "unlabelled", steps: [0, 1, 2, 3, 4].map((i) => ask(i, "again")), labels: {} },
  ],
  tau_bench: [
    { id: "good", steps: call(0, "a", {}, "b"), labels: { reward: 1 } },
    { id: "bad", steps: [0, 2, 4].flatMap((i) => call(i, "a", {}, "b")), labels: { reward: 0 } },
  ],
  agentdyn: [{ id: "harmed", steps: [0, 2, 4].flatMap((i) => call(i, "a", {}, "b")), labels: { utility: true } }],
};

for (const [corpus, rows] of Object.entries(corpora)) {
  mkdirSync(join(dir, corpus));
  writeFileSync(join(dir, corpus, "made-up.jsonl"), `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
}

it("tells hits from misses, how early they came, and what harm was done", () => {
  const result = evaluateLoops(dir, "made-up");
  expect(result.loops).toMatchObject({
    precision: 1,
    recall: 1,
    f1: 1,
    falseAlarmRate: 0,
    positives: 1,
    negatives: 1,
    turnsLeft: 0.25,
    latency: 0,
    detectors: { period: 1 },
  });
  expect(result.noProgress).toMatchObject({ f1: 1, negatives: 1, turnsLeft: 0, latency: 2 });
  expect(result.pairs).toMatchObject({ precision: 2 / 3, recall: 1, positives: 2 });
  expect(result.harm).toMatchObject({
    stopped: 1,
    runs: 2,
    corpora: { tau_bench: { stopped: [], runs: 1 }, agentdyn: { stopped: ["harmed"], runs: 1 } },
  });
  expect(result.resolvedFlagged).toMatchObject({ value: 0, of: 1 });
});

it("shows peers beside the split they were measured on, and nowhere else", () => {
  const result = evaluateLoops(dir, "made-up");
  expect(tableOf(result, "dev")).toContain("OpenHands V0");
  expect(tableOf(result, "made-up")).not.toContain("OpenHands V0");
  expect(tableOf(result, "made-up")).toContain("1 of 2");
});

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["eval/eval.ts", ...args], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    encoding: "utf8",
  });

it("says what is missing when the runs are not there, or another split is", () => {
  const nowhere = run("loops", "--data", join(dir, "nowhere"));
  expect([nowhere.status, nowhere.stderr]).toEqual([
    1,
    expect.stringMatching(/^eval: no .*se_traj.dev\.jsonl; .*--data DIR\n$/),
  ]);
  expect(run("loops", "--data", dir).stderr).toContain("there is made-up.jsonl (--split NAME)");
  expect(run("everything").stderr).toContain("say what to evaluate: loops");
  expect(run("--help").stdout).toContain("usage:");
});

it("prints its results as JSON when asked to", () => {
  const printed = run("loops", "--data", dir, "--split", "made-up", "--json");
  expect(JSON.parse(printed.stdout)).toEqual(JSON.parse(JSON.stringify(evaluateLoops(dir, "made-up"))));
});

/** Corpora, their agents and what only their tools are called. */
const OF_THE_CORPORA =
  /se_traj|whowhen|who&when|tau[_-]?bench|agentdyn|agentdojo|repairagent|openhands|auto-?code-?rover|magentic|web_?surfer|file_?surfer|write_fix|str_replace|execute_bash|browser_(type|click|scroll)|search_code_base|read_range|localize|jsoup|django|sympy/i;

it("no rule names a corpus, a tool of one, or an agent of one", () => {
  const rules = sourcesOf("{src,machines,actors}/**/*.ts", "eval/{watch,score}.ts", "eval/corpora/log.ts");
  expect(rules.length).toBeGreaterThan(60);
  expect(rules.filter(({ text }) => OF_THE_CORPORA.test(text)).map(({ path }) => path)).toEqual([]);
});
