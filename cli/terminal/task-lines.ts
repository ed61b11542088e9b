/** Task lines: a run's tasks as a person follows them. */
import type { RunReport, TaskReport } from "../../index.ts";
import { visible } from "../review/report/escape.ts";
import { columns } from "./quantity.ts";
import type { Paint, Style } from "./terminal.ts";

const marks: { readonly [S in TaskReport["status"]]: readonly [mark: string, style: Style, words: string] } = {
  waiting: ["·", "dim", "waiting"],
  ready: ["·", "dim", "ready"],
  running: ["▸", "cyan", "working"],
  "backing-off": ["↻", "yellow", "to be tried again"],
  completed: ["✓", "green", "done"],
  failed: ["✗", "red", "failed"],
  skipped: ["–", "yellow", "left out"],
  stopped: ["·", "dim", "stopped"],
};

/** What a task is at, in words. */
export function progressOf(task: TaskReport, report: RunReport): string {
  const { pendingApprovals } = report;
  if (task.status === "stopped" && task.attempts === 0) return "not reached";
  if (task.status === "running" && pendingApprovals.some(({ requester }) => requester.task === task.id))
    return "waiting for a person";
  return marks[task.status][2];
}

export function taskLines(report: RunReport, paint: Paint): readonly string[] {
  return columns(
    report.tasks.map((task) => {
      const [mark, style] = marks[task.status];
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
