/** Ending: what a model may end its task with, and whether this is it. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { messageOf, RuntimeError } from "../../src/contracts/errors.ts";
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { ModelRequest } from "../../src/contracts/models.ts";
import { filled } from "../../src/decisions/prompt.ts";
import { ENDING_JSON, ENDING_SHAPE, ENDING_TEXT } from "../../src/decisions/prompts/agent.ts";
import { parseStrict } from "../../src/decisions/strict-json.ts";
import { jsonSchemaOf } from "../arguments-schema.ts";
import { issueText } from "../judge.ts";
import { unfenced } from "./question.ts";
import { FINAL } from "./toolbox.ts";

export type Concluded =
  | { readonly kind: "output"; readonly output: Json }
  | { readonly kind: "wanting"; readonly complaint: string };

export interface Ending {
  /** What the prompt says about it. */
  readonly words: string;
  /** What the model is held to, where it has nothing to do but answer. */
  readonly output?: ModelRequest["output"];
  lastWords(text: string): string;
  ofText(text: string): Promise<Concluded>;
  ofCall(args: Json): Promise<Concluded>;
}

/** The shape of the output, as the model is told of it. @throws RuntimeError `config.invalid` when it cannot be told. */
export function outputSchemaOf(name: string, schema: StandardSchemaV1 | undefined): JsonObject | undefined {
  if (schema === undefined) return undefined;
  const said = jsonSchemaOf(schema, "input");
  if (said !== undefined) {
    const { $schema: _, ...plain } = said;
    return plain;
  }
  throw new RuntimeError(
    "config.invalid",
    `${name}: its schema cannot be told as JSON Schema; use a library with Standard JSON Schema (zod; valibot with toStandardJsonSchema)`,
  );
}

/** Any text will do. */
export const textEnding: Ending = {
  words: ENDING_TEXT,
  lastWords: (text) => text,
  ofText: async (text) => ({ kind: "output", output: text }),
  ofCall: async () => ({ kind: "wanting", complaint: "there is no such tool" }),
};

/** JSON that passes the schema: as a call that ends the task, or as the answer itself where there are no tools. */
export function shapedEnding(schema: StandardSchemaV1, said: JsonObject, hasTools: boolean): Ending {
  return {
    words: hasTools ? filled({ text: ENDING_SHAPE }, { tool: FINAL }) : ENDING_JSON,
    ...(hasTools ? {} : { output: { name: "result", schema: said } }),
    lastWords: (text) => `${text} Call "${FINAL}" with it.`,
    ofText: async (text) => {
      const read = parseStrict(unfenced(text));
      if (read.kind === "ok") return checked(schema, read.value);
      const how = hasTools ? `call "${FINAL}" with the result, or go on` : "give one JSON value and nothing else";
      return { kind: "wanting", complaint: `That is not the result: ${read.reason}. If the task is done, ${how}.` };
    },
    ofCall: (args) => checked(schema, resultIn(args)),
  };
}

const resultIn = (args: Json): Json =>
  typeof args === "object" && args !== null && !Array.isArray(args) ? ((args as JsonObject)["result"] ?? null) : null;

async function checked(schema: StandardSchemaV1, output: Json): Promise<Concluded> {
  try {
    const { issues } = await schema["~standard"].validate(output);
    if (issues === undefined) return { kind: "output", output };
    return { kind: "wanting", complaint: `The result does not have its shape: ${issues.map(issueText).join("; ")}` };
  } catch (error) {
    return { kind: "wanting", complaint: `The result could not be checked: ${messageOf(error)}` };
  }
}
