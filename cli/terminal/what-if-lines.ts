/** What-if lines: how a run would have gone, for a person. */
import type { Difference, WhatIf } from "../../index.ts";
import { visible } from "../review/report/escape.ts";
import { spendText } from "./quantity.ts";
import type { Paint } from "./terminal.ts";

const COLOURS = { allowed: "green", asked: "yellow", denied: "red", stopped: "red" } as const;

export function whatIfLines(result: WhatIf, paint: Paint): readonly string[] {
  const { run, calls, fates, differences, firstStop, was, would } = result;
  const counts = Object.entries(fates).map(([fate, count]) => `${count} ${fate}`);
  return [
    `${paint("bold", visible(run))}  ${calls} calls: ${counts.join(", ")}`,
    `Spent: ${spendText(was)}; it would have been ${spendText(would)}`,
    ...(firstStop === undefined ? [] : [`Over budget first at entry ${firstStop}.`]),
    ...(differences.length === 0
      ? ["No call would have gone another way."]
      : differences.map((one) => line(one, paint))),
  ];
}

const SHOWN = 100;

function line({ seq, agent, task, call, was, would, rule, reason }: Difference, paint: Paint): string {
  const args = visible(JSON.stringify(call.args));
  const shown = args.length > SHOWN ? `${args.slice(0, SHOWN)}…` : args;
  const why = visible(reason === undefined ? rule : `${rule}: ${reason}`);
  return `${String(seq).padStart(5)}  ${was} → ${paint(COLOURS[would], would)}  ${visible(agent)} (${visible(task)}): ${visible(call.tool)} ${shown}  [${why}]`;
}
