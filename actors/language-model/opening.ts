/** Opening: how a conversation begins. The prompt, then the task with all that is known about it. */
import type { Json } from "../../src/contracts/json.ts";
import type { ModelMessage } from "../../src/contracts/models.ts";
import type { Assignment } from "../../src/contracts/plan.ts";
import { dataBlock } from "../../src/decisions/prompt.ts";
import type { AgentContext } from "../define-agent.ts";

/** Prompt and task. */
export const openingOf = (prompt: string, assignment: Assignment, notes: Json): readonly ModelMessage[] => [
  { role: "system", text: prompt },
  { role: "user", text: taskOf(assignment, notes) },
];

function taskOf({ objective, goal, input, inputs, findings, expect = [] }: Assignment, notes: Json): string {
  return [
    `Objective of the whole: ${objective}`,
    ...(goal === "" || goal === objective ? [] : [`Your task: ${goal}`]),
    ...blockOf("input of the task", input),
    ...blockOf("results of the tasks before it", inputs),
    ...blockOf("blackboard", notes),
    ...(expect.length === 0 ? [] : [`The result is an object with these fields: ${expect.join(", ")}.`]),
    ...(findings.length === 0
      ? []
      : ["An earlier attempt did not pass. Mend this:", dataBlock("findings", findings as unknown as Json)]),
  ].join("\n\n");
}

const blockOf = (name: string, value: Json): readonly string[] =>
  value === null || (typeof value === "object" && Object.keys(value).length === 0) ? [] : [dataBlock(name, value)];

/** The entries of the blackboard that the agent reads by name. What it reads by a prefix, it has to ask for. */
export async function notesFor(reads: readonly string[], { read }: AgentContext): Promise<Json> {
  const notes: Record<string, Json> = {};
  for (const key of reads) {
    if (key.endsWith("*")) continue;
    const entry = await read(key);
    if (entry !== undefined) notes[key] = entry.value;
  }
  return notes;
}
