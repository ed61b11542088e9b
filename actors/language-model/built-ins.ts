/** Built-ins: the acts every agent has that are no tools: shared notes, a person, another agent. */
import type { DelegationRequest } from "../../src/contracts/delegation.ts";
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { LanguageModelAgent } from "./definition.ts";
import type { Offer } from "./toolbox.ts";

/** Those the agent may use: keys to read or write, agents to delegate to, and people, where it says so. */
export function builtIns({
  reads = [],
  writes = [],
  delegates = [],
  asksPeople,
}: LanguageModelAgent): readonly Offer[] {
  return [
    ...(reads.length === 0 ? [] : [readNotes(reads)]),
    ...(writes.length === 0 ? [] : [writeNotes(writes)]),
    ...(delegates.length === 0 ? [] : [delegate(delegates)]),
    ...(asksPeople === true ? [askPerson] : []),
  ];
}

const shape = (properties: JsonObject, required: readonly string[]): JsonObject => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

const TEXT: JsonObject = { type: "string" };

const readNotes = (keys: readonly string[]): Offer => ({
  offered: {
    name: "read_board",
    description: `Reads one entry of the team's blackboard. Keys: ${keys.join(", ")}.`,
    input: shape({ key: TEXT }, ["key"]),
  },
  propose: async (args, { read }) => {
    const entry = await read(text(args, "key"));
    return entry === undefined ? null : { value: entry.value, version: entry.version, by: entry.author.agent };
  },
});

const writeNotes = (keys: readonly string[]): Offer => ({
  offered: {
    name: "write_board",
    description: `Writes one entry of the team's blackboard. Keys: ${keys.join(", ")}. With "expect", only over that version; 0: only where there is none.`,
    input: shape({ key: TEXT, value: {}, expect: { type: "integer", minimum: 0 } }, ["key", "value"]),
  },
  propose: async (args, { write }) => {
    const { value = null, expect } = fields(args);
    const options = typeof expect === "number" ? { expect } : {};
    return { version: (await write(text(args, "key"), value, options)).version };
  },
});

const askPerson: Offer = {
  offered: {
    name: "ask_person",
    description: "Asks a person what only they can know or decide. It may take long.",
    input: shape({ question: TEXT }, ["question"]),
  },
  propose: (args, { ask }) => ask(text(args, "question")),
};

const delegate = (agents: readonly string[]): Offer => ({
  offered: {
    name: "delegate",
    description:
      "Hands a part of the task to another agent, and waits for its result. The agent knows only what it is told here.",
    input: shape({ agent: { type: "string", enum: agents }, objective: TEXT, input: {} }, ["agent", "objective"]),
  },
  propose: async (args, context) => {
    const { input } = fields(args);
    const request: DelegationRequest = {
      objective: text(args, "objective"),
      ...(input === undefined ? {} : { input }),
    };
    const done = await context.delegate(text(args, "agent"), request);
    if (done.kind === "completed") return done.output;
    throw new RuntimeError(done.failure.code, `task "${done.task}": ${done.failure.message}`);
  },
});

const fields = (args: Json): JsonObject =>
  typeof args === "object" && args !== null && !Array.isArray(args) ? (args as JsonObject) : {};

function text(args: Json, name: string): string {
  const value = fields(args)[name];
  if (typeof value === "string" && value !== "") return value;
  throw new RuntimeError("schema.invalid", `"${name}" is missing; give a text`);
}
