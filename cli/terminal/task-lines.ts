/** Task lines: a run's tasks as a person follows them. */
import type { RunReport, RunStatus, TaskReport, TaskStatus } from "../../index.ts";
import { visible } from "../review/report/escape.ts";
import { columns } from "./quantity.ts";
import type { Paint, Style } from "./terminal.ts";

const marks: { readonly [S in TaskStatus]: readonly [mark: string, style: Style, words: string] } = {
  waiting: ["·", "dim", "waiting"],
  ready: ["·", "dim", "ready"],
  running: ["▸", "cyan", "working"],
  "backing-off": ["↻", "yellow", "to be tried again"],
  completed: ["✓", "green", "done"],
  failed: ["✗", "red", "failed"],
  skipped: ["–", "yellow", "left out"],
};

/** What a task is at, in words. */
export function progressOf(task: TaskReport, report: RunReport): string {
  const { pendingApprovals } = report;
  const left = leftBehind(task, report);
  if (left !== undefined) return left;
  if (task.status === "running" && pendingApprovals.some(({ requester }) => requester.task === task.id))
    return "waiting for a person";
  return marks[task.status][2];
}

const OVER: ReadonlySet<RunStatus> = new Set(["completed", "failed", "cancelled"]);

/** What a run that is over has not got to. */
const leftBehind = (task: TaskReport, { status }: RunReport): string | undefined => {
  if (!OVER.has(status)) return undefined;
  if (task.status === "running" || task.status === "backing-off") return "stopped";
  return task.status === "waiting" || task.status === "ready" ? "not reached" : undefined;
};

export function taskLines(report: RunReport, paint: Paint): readonly string[] {
  return columns(
    report.tasks.map((task) => {
      const [mark, style] = leftBehind(task, report) === undefined ? marks[task.status] : marks.waiting;
      const failure = task.failure === undefined ? "" : `: ${visible(task.failure.message)}`;
      const again = task.attempts > 1 ? `, attempt ${task.attempts}` : "";
      return [
        ` ${paint(style, mark)} ${visible(task.id)}`,
        paint("dim", visible(task.agent)),
        `${progressOf(task, report)}${again}${paint("dim", failure)}`,
      ];
    }),
  );
}
