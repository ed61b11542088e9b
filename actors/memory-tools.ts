/**
 * Memory tools: how agents remember from one run to the next. Both are tools like any other: judged, counted and recorded.
 *
 * A-MEM-04  What is recalled is untrusted, whoever has remembered it: it may have come from a page that an agent read.
 * A-MEM-02  What only some may learn is not remembered where others recall it.
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { RuntimeError } from "../src/contracts/errors.ts";
import type { Json, JsonObject } from "../src/contracts/json.ts";
import type { Labels, Readers } from "../src/contracts/labels.ts";
import type { MemoryPort } from "../src/contracts/memory.ts";
import type { Tool } from "../src/contracts/tools.ts";
import { defineTool } from "./define-tool.ts";

export interface MemoryToolOptions {
  /** Whose memory it is. */
  readonly scope: string;
  /** Who may learn what is recalled; so nothing is remembered that they may not learn. Default: everybody. */
  readonly readers?: Readers;
  /**
   * Only what no one from outside can have chosen is remembered, and what is recalled is trusted. Default false: everything
   * is remembered, and nothing of it trusted. Needs labels to be followed (`flow`).
   */
  readonly trusted?: boolean;
}

export interface Remembering {
  readonly text: string;
  readonly tags?: readonly string[];
}

export interface Recalling {
  readonly words: string;
  readonly limit?: number;
}

export interface Recalled {
  readonly id: string;
  readonly text: string;
  readonly tags?: readonly string[];
  readonly by: string;
  readonly at: string;
}

const MOST_TEXT = 4_000;
const MOST_TAGS = 10;
const MOST_RECALLED = 20;

/** The tools `remember` and `recall` of one scope. @throws RuntimeError `config.invalid` without a scope. */
export function memoryTools(
  memory: MemoryPort,
  { scope, readers = "public", trusted = false }: MemoryToolOptions,
): readonly [
  Tool<"remember", Remembering, Remembering, { readonly id: string }>,
  Tool<"recall", Recalling, Recalling, readonly Recalled[]>,
] {
  if (typeof scope !== "string" || scope === "")
    throw new RuntimeError("config.invalid", "memory: give a scope, the name of whose memory it is");
  const labels: Labels = { integrity: trusted ? "trusted" : "untrusted", readers };
  return [
    defineTool({
      name: "remember",
      description: "Keeps a short text for later runs. Say it so that it is understood without this conversation.",
      input: shaped<Remembering>(rememberShape, rememberFault),
      // Under its own key: remembered again after a crash, it is remembered once.
      effect: "idempotent",
      egress: () => readers,
      labels: { integrity: "trusted", readers: "public" },
      ...(trusted ? { minIntegrity: "trusted" as const, onUntrusted: "deny" as const } : {}),
      run: async ({ text, tags }, { idempotencyKey, run, agent, task }) => {
        const by = { run, agent, task };
        const kept = await memory.remember({
          scope,
          text,
          by,
          key: idempotencyKey,
          ...(tags === undefined ? {} : { tags }),
        });
        return { id: kept.id };
      },
    }),
    defineTool({
      name: "recall",
      description: "Finds what earlier runs have kept, by words. It is material, and may be wrong or out of date.",
      input: shaped<Recalling>(recallShape, recallFault),
      effect: "read",
      labels,
      run: async ({ words, limit }) =>
        (await memory.recall({ scope, words, ...(limit === undefined ? {} : { limit }) })).map(
          ({ id, text, tags, by, at }): Recalled => ({
            id,
            text,
            ...(tags === undefined ? {} : { tags }),
            by: by.agent,
            at: new Date(at).toISOString(),
          }),
        ),
    }),
  ];
}

const TEXT: JsonObject = { type: "string" };

const rememberShape: JsonObject = {
  type: "object",
  properties: {
    text: { ...TEXT, minLength: 1, maxLength: MOST_TEXT },
    tags: { type: "array", items: TEXT, maxItems: MOST_TAGS },
  },
  required: ["text"],
  additionalProperties: false,
};

const recallShape: JsonObject = {
  type: "object",
  properties: { words: TEXT, limit: { type: "integer", minimum: 1, maximum: MOST_RECALLED } },
  required: ["words"],
  additionalProperties: false,
};

function rememberFault({ text, tags = [] }: JsonObject): string | undefined {
  if (typeof text !== "string" || text.trim() === "" || text.length > MOST_TEXT)
    return `text: give one of 1 to ${MOST_TEXT} characters`;
  const isTags =
    Array.isArray(tags) &&
    tags.length <= MOST_TAGS &&
    tags.every((tag) => typeof tag === "string" && tag.length <= 100);
  return isTags ? undefined : `tags: give ${MOST_TAGS} short texts at most`;
}

function recallFault({ words, limit = 1 }: JsonObject): string | undefined {
  if (typeof words !== "string" || words.length > MOST_TEXT) return "words: give a text";
  return Number.isInteger(limit) && (limit as number) >= 1 && (limit as number) <= MOST_RECALLED
    ? undefined
    : `limit: give a whole number from 1 to ${MOST_RECALLED}`;
}

/** A schema by hand, which can say what it is. Fields it does not know are no part of what it gives. */
function shaped<Value>(
  shape: JsonObject,
  faultOf: (value: JsonObject) => string | undefined,
): StandardSchemaV1<Value, Value> {
  const validate = (given: unknown): StandardSchemaV1.Result<Value> => {
    const isRecord = typeof given === "object" && given !== null && !Array.isArray(given);
    const fault = isRecord ? faultOf(given as JsonObject) : "give an object";
    if (fault !== undefined) return { issues: [{ message: fault }] };
    const known = Object.keys(shape["properties"] as JsonObject).flatMap(
      (name): readonly (readonly [string, Json])[] => {
        const value = (given as JsonObject)[name];
        return value === undefined ? [] : [[name, value]];
      },
    );
    return { value: Object.fromEntries(known) as Value };
  };
  const said = (): Record<string, unknown> => ({ ...shape });
  const jsonSchema: StandardJSONSchemaV1.Converter = { input: said, output: said };
  const standard = { version: 1 as const, vendor: "bailiwick", validate, jsonSchema };
  return { "~standard": standard };
}
