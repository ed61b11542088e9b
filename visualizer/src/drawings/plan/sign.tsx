/** Sign of a task's state: a shape of its own for each, so that none is told by colour alone. */
import type { TaskNode } from "../../../../src/contracts/inspection.ts";

const SIGNS: { readonly [Status in TaskNode["status"]]: string } = {
  waiting: "M-1 -1h2v2h-2z",
  ready: "M0 -4.5v9M-4.5 0h9",
  running: "M-3 -4.5l8 4.5l-8 4.5z",
  "backing-off": "M0 -4v4l3 2",
  completed: "M-4 0l3 3.5l5.5 -7",
  failed: "M-3.5 -3.5l7 7m0 -7l-7 7",
  skipped: "M-4.5 -3.5l4 3.5l-4 3.5M0.5 -3.5l4 3.5l-4 3.5",
  stopped: "M-3 -3h6v6h-6z",
};

interface SignProps {
  readonly status: TaskNode["status"];
  readonly x: number;
  readonly y: number;
}

export const Sign = ({ status, x, y }: SignProps) => (
  <g className="plan-sign" transform={`translate(${x} ${y})`}>
    <circle r={9} />
    <path d={SIGNS[status]} />
  </g>
);
