/**
 * Toolbox: what a model may call, as it is told of it, and what each call becomes. None is made here: each is an act that
 * the orchestrator decides.
 */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { Json, JsonObject } from "../../src/contracts/json.ts";
import type { ModelTool as Offered } from "../../src/contracts/models.ts";
import type { AnyTool, Edited } from "../../src/contracts/tools.ts";
import { jsonSchemaOf } from "../arguments-schema.ts";
import type { AgentContext } from "../define-agent.ts";
import { builtIns } from "./built-ins.ts";
import type { LanguageModelAgent } from "./definition.ts";

/** One act a model may propose. */
export interface Offer {
  readonly offered: Offered;
  readonly propose: (args: Json, context: AgentContext, rationale: string) => Promise<Json>;
}

export interface Toolbox {
  readonly offered: readonly Offered[];
  /** By the name the model has for it, or the tool's own. */
  find(name: string): Offer | undefined;
}

/** The tool by which a model ends its task, where the output has a shape. */
export const FINAL = "final_answer";

/** @throws RuntimeError `config.invalid` for a tool that cannot be described, or two that would have one name. */
export function toolboxOf(agent: LanguageModelAgent, output: JsonObject | undefined): Toolbox {
  const tools = (agent.tools ?? []) as readonly AnyTool[];
  const offers = [...tools.map((tool) => offerOf(agent, tool)), ...builtIns(agent)];
  const isFree = offers.length === 0;
  const names = [...offers.map(({ offered }) => offered.name), ...(output === undefined || isFree ? [] : [FINAL])];
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined)
    throw new RuntimeError(
      "config.invalid",
      `agent "${agent.name}": to its model, two tools would be named "${twice}"`,
    );
  const known = new Map(offers.map((offer) => [offer.offered.name, offer]));
  // A model that has read a tool's own name somewhere means the same one.
  tools.forEach((tool, place) => void (known.has(tool.name) || known.set(tool.name, offers[place] as Offer)));
  const offered = offers.map((offer) => offer.offered);
  return {
    offered: output === undefined || isFree ? offered : [...offered, finalOf(output)],
    find: (name) => known.get(name),
  };
}

const finalOf = (output: JsonObject): Offered => ({
  name: FINAL,
  description: "Ends the task with its result.",
  input: { type: "object", properties: { result: output }, required: ["result"], additionalProperties: false },
});

/** What services take for the name of a function. */
export const wireName = (name: string): string => name.replaceAll(/[^\w-]/g, "_").slice(0, 64) || "_";

function offerOf(agent: LanguageModelAgent, tool: AnyTool): Offer {
  const input = tool.input === undefined ? OPEN : jsonSchemaOf(tool.input, "input");
  if (input === undefined)
    throw new RuntimeError(
      "config.invalid",
      `agent "${agent.name}": the schema of tool "${tool.name}" cannot be told as JSON Schema; use a library with Standard JSON Schema (zod; valibot with toStandardJsonSchema)`,
    );
  const { description } = tool;
  return {
    offered: { name: wireName(tool.name), ...(description === undefined ? {} : { description }), input: plain(input) },
    propose: async (args, { tool: call }, rationale) => {
      let changed: Edited | undefined;
      const onEdit = (edited: Edited): void => {
        changed = edited;
      };
      const output = (await call(tool.name, args, { onEdit, ...(rationale === "" ? {} : { rationale }) })) as Json;
      // What it has asked for is not what was done.
      return changed === undefined ? output : { changedBy: changed.by, arguments: changed.args, output };
    },
  };
}

const OPEN: JsonObject = { type: "object" };

/** Without the address of the dialect: services do not know what to do with it. */
const plain = ({ $schema: _, ...schema }: JsonObject): JsonObject => schema;
