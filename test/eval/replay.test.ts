/** The replay of recorded models, on a small log made up here. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { dialogs } from "../../eval/corpora/tau-bench.ts";
import { replay } from "../../eval/model-replay.ts";
import { evaluateReplay, replayTableOf } from "../../eval/replay-score.ts";

const dir = mkdtempSync(join(tmpdir(), "replay-"));
afterAll(() => rmSync(dir, { recursive: true }));

type Step = { readonly [field: string]: unknown };
const user = (i: number, text: string): Step => ({ i, agent: "user", kind: "message", text, mi: i });
const says = (i: number, text: string, mi = i): Step => ({ i, agent: "assistant", kind: "message", text, mi });
const call = (i: number, tool: string, args: unknown, text: string, more: Step = {}): readonly Step[] => [
  { i, agent: "assistant", kind: "tool_call", tool, args, call_id: `c${i}`, mi: i, ...more },
  { i: i + 1, agent: "tool", kind: "tool_result", tool, text, call_id: `c${i}`, mi: i + 1, ...more },
];

const rows = [
  {
    id: "good",
    labels: { reward: 1 },
    steps: [
      user(0, "I want a flight."),
      says(1, "Where to?"),
      user(2, "Rome."),
      says(3, "I look.", 4),
      ...call(4, "search", { to: "Rome" }, "AZ 1", { mi: 4 }),
      ...call(6, "book", { flight: "AZ 1" }, "no seat", { error: true }),
      // An id that was used before, as providers give them now and then.
      ...call(8, "search", { to: "Rome", day: 2 }, "AZ 2", { call_id: "c4" }),
      says(10, "Booked?"),
      user(11, "Yes, thanks."),
    ],
  },
  {
    id: "going round",
    labels: { reward: 0 },
    steps: [
      user(0, "Help."),
      ...[1, 3, 5, 7].flatMap((i) =>
        call(i, "search", { to: "Rome" }, "nothing was found at all, please look elsewhere or ask again"),
      ),
      says(9, "I cannot."),
    ],
  },
];
mkdirSync(join(dir, "tau_bench"));
writeFileSync(join(dir, "tau_bench", "dev.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));

it("a log is read as turns of the model, with what it called and what it was told", () => {
  const [good] = dialogs(dir, "dev");
  expect(good?.opening).toBe("I want a flight.");
  expect(
    good?.turns.map(({ text, calls, reply }) => [
      text,
      calls.map(({ tool, failed }) => `${tool}${failed ? "!" : ""}`),
      reply,
    ]),
  ).toEqual([
    ["Where to?", [], "Rome."],
    ["I look.", ["search"], undefined],
    ["", ["book!"], undefined],
    ["", ["search"], undefined],
    ["Booked?", [], "Yes, thanks."],
  ]);
});

it("a run of a recorded model makes its calls in order, and its books are those of the log", async () => {
  const [good] = dialogs(dir, "dev");
  if (good === undefined) throw new Error("no log");
  const replayed = await replay(good);
  expect(replayed).toMatchObject({ status: "completed", recorded: 3, reached: 3, isInOrder: true, isLoop: false });
  expect(replayed.expected.toolCalls).toBe(9);
  expect(replayed.counted).toEqual(replayed.expected);
  expect(await replay(good, 1)).toMatchObject({
    status: "failed",
    failure: expect.stringContaining("budget.exceeded"),
  });
});

it("a corpus is summed up, and what is not as it should be is named", async () => {
  const result = await evaluateReplay(dir, "dev");
  expect(result).toMatchObject({ runs: 2, rewarded: 1, inOrder: 1, counted: 1, stopped: 1 });
  expect(result.loops).toEqual({ rewarded: [], others: ["going round"] });
  expect(result.faults.every((fault) => fault.startsWith("going round: "))).toBe(true);
  expect(replayTableOf(result, "dev")).toContain("rewarded runs held for loops       0 of 1");
});
