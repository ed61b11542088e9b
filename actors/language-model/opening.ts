/** Opening: how a conversation begins. The prompt, then the task with all that is known about it. */
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { ModelMessage } from "../../src/contracts/models.ts";
import type { Assignment } from "../../src/contracts/plan.ts";
import type { Tokens } from "../../src/contracts/units.ts";
import { cut } from "../../src/decisions/dialogue.ts";
import { dataBlock } from "../../src/decisions/prompt.ts";
import type { AgentContext } from "../define-agent.ts";

/** Prompt and task, in a window of so many tokens. */
export const openingOf = (
  prompt: string,
  assignment: Assignment,
  notes: JsonObject,
  window: Tokens,
): readonly ModelMessage[] => [
  { role: "system", text: prompt },
  { role: "user", text: taskOf(assignment, notes, window) },
];

/** What the task is given takes half of the window at most; each value an even share of it. */
function taskOf(assignment: Assignment, notes: JsonObject, window: Tokens): string {
  const { objective, goal, input, inputs, findings, expect = [] } = assignment;
  const values = 1 + Object.keys(inputs).length + Object.keys(notes).length;
  const share = Math.floor(window / 2 / values);
  const each = (all: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, cut(value ?? null, share)]));
  return [
    `Objective of the whole: ${objective}`,
    ...(goal === "" || goal === objective ? [] : [`Your task: ${goal}`]),
    ...blockOf("input of the task", cut(input, share)),
    ...blockOf("results of the tasks before it", each(inputs)),
    ...blockOf("blackboard", each(notes)),
    ...(expect.length === 0 ? [] : [`The result is an object with these fields: ${expect.join(", ")}.`]),
    ...(findings.length === 0
      ? []
      : ["An earlier attempt did not pass. Mend this:", dataBlock("findings", findings as unknown as Json)]),
  ].join("\n\n");
}

const blockOf = (name: string, value: Json): readonly string[] =>
  value === null || (typeof value === "object" && Object.keys(value).length === 0) ? [] : [dataBlock(name, value)];

/** The entries of the blackboard that the agent reads by name. What it reads by a prefix, it has to ask for. */
export async function notesFor(reads: readonly string[], { read }: AgentContext): Promise<JsonObject> {
  const notes: Record<string, Json> = {};
  for (const key of reads) {
    if (key.endsWith("*")) continue;
    const entry = await read(key);
    if (entry !== undefined) notes[key] = entry.value;
  }
  return notes;
}
