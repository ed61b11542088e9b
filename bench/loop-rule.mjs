/**
 * What the loop rule adds to a step: the rule itself on rows that are more or less alike, and the naming of calls and
 * results it needs. CPU time of one process, the best of several rounds.
 *
 *   node bench/loop-rule.mjs
 */
import { NO_LOOPS, observe } from "../src/decisions/loop.ts";
import { placesOf, sayingOf, settledText } from "../src/decisions/symbol.ts";

const STEPS = 20_000;
const ROUNDS = 7;

const rows = {
  "every act new": (i) => i,
  "every second act known": (i) => (i % 2 === 0 ? -1 : i),
  "a cycle of 17, beyond the rule": (i) => i % 17,
  "one act again and again": () => 0,
};

const actOf = (i, n) => ({
  step: `task#1/${i}`,
  tool: "work",
  call: `work:${n}`,
  places: ["src/file.ts"],
  result: `result ${n}`,
  outcome: "completed",
  reads: false,
  says: "something",
  poll: null,
});

/** Microseconds of CPU time for each of `count` calls. */
function cost(count, run) {
  const figures = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    run();
    figures.push(process.cpuUsage(before).user / count);
  }
  return Math.min(...figures);
}

const line = (what, figure) => console.log(`${figure.toFixed(2).padStart(8)} µs  ${what}`);

for (const [name, nameOf] of Object.entries(rows)) {
  const acts = Array.from({ length: STEPS }, (_, i) => actOf(i, nameOf(i)));
  const figure = cost(STEPS, () => {
    let loops = NO_LOOPS;
    for (const act of acts) loops = observe(loops, "task", act).loops;
  });
  line(`observe: ${name}`, figure);
}

const args = { path: "src/file.ts", query: "some words to look for", page: 3 };
const text = JSON.stringify({ ok: true, at: "2026-01-01T00:00:00Z", body: "lorem ipsum 12 ".repeat(12) });
const value = JSON.parse(text);
const named = {
  "placesOf: the places in small arguments": () => placesOf(args),
  "sayingOf: how much a result of 220 characters says": () => sayingOf(value),
  "settledText: a result of 220 characters": () => settledText(text),
};
for (const [name, run] of Object.entries(named)) {
  line(
    name,
    cost(STEPS, () => {
      for (let i = 0; i < STEPS; i++) run();
    }),
  );
}
