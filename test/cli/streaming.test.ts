/** What a model says while it says it, as the terminal shows it. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { streaming } from "../../cli/review/model/streaming.ts";
import { liveProgress, plainProgress } from "../../cli/terminal/progress.ts";
import type { Screen } from "../../cli/terminal/terminal.ts";
import type { RunReport } from "../../index.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function screen(isLive: boolean) {
  const written: string[] = [];
  const one: Screen = {
    isLive,
    write: (text) => void written.push(text),
    paint: (_, text) => text,
    rows: () => 20,
    columns: () => 80,
  };
  return { one, written };
}

const report = (state: string, tasks: readonly { readonly id: string; readonly status: string }[]): RunReport =>
  ({
    state,
    tasks: tasks.map((task) => ({ agent: "ann", attempts: 1, ...task })),
    pendingApprovals: [],
    conflicts: [],
    spend: { steps: 0, toolCalls: 0, tokens: 0, costMicroUsd: 0 },
  }) as unknown as RunReport;

const piece = (delta: string) => ({ kind: "text", delta }) as const;
const of = (task: string, idempotencyKey = "k") => ({ run: "r", agent: "ann", task, idempotencyKey });

describe("what a model is saying", () => {
  it("A-XSS-05 is shown at its end, with nothing in it that hides or moves the cursor", () => {
    const { one, written } = screen(true);
    const progress = liveProgress(one);
    const { ofCall } = streaming(progress.hear);
    ofCall(piece("first "), of("risk"));
    ofCall(piece("\u001b[2Jsecond\u202e"), of("risk"));
    progress.update(report("executing", [{ id: "risk", status: "running" }]));
    vi.advanceTimersByTime(100);
    expect(written.at(-1)).toContain("risk: 2 pieces · first \\u{1b}[2Jsecond\\u{202e}");
    progress.update(report("executing", [{ id: "risk", status: "completed" }]));
    vi.advanceTimersByTime(100);
    expect(written.at(-1)).not.toContain("pieces");
    progress.end();
  });

  it("begins anew with each answer, and shows the planner while there is no plan", () => {
    const { one, written } = screen(true);
    const progress = liveProgress(one);
    const told = streaming(progress.hear);
    told.of("planner")(piece("plan"));
    told.ofCall(piece("old"), of("risk", "first"));
    told.ofCall({ kind: "tool", tool: "read-file" }, of("risk", "second"));
    progress.update(report("planning", [{ id: "risk", status: "running" }]));
    vi.advanceTimersByTime(100);
    expect(written.at(-1)).toContain("planner: 1 pieces · plan");
    expect(written.at(-1)).toContain("risk: 1 pieces ·  [read-file]");
    progress.update(report("executing", [{ id: "risk", status: "running" }]));
    vi.advanceTimersByTime(100);
    expect(written.at(-1)).not.toContain("planner:");
    progress.end();
  });

  it("is one line for each answer where nothing is redrawn", () => {
    const { one, written } = screen(false);
    const { ofCall } = streaming(plainProgress(one).hear);
    for (const delta of ["a", "b", "c"]) ofCall(piece(delta), of("risk"));
    ofCall(piece("d"), of("risk", "another"));
    expect(written.map((line) => line.trim().replace(/^[\d.]+ s +/, ""))).toEqual([
      "risk: the model answers",
      "risk: the model answers",
    ]);
  });
});
