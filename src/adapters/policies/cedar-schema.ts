/**
 * Cedar schema: what can be asked, made from the agents and tools of an orchestrator.
 *
 *   Agent         who acts, or in whose name
 *   Tool, Model   what is called; with `name`, and a tool's `effect`
 *   Key           what is read or written; `Key::"drafts/one"` is in `Key::"drafts"`
 *   call, model, read, write    what is done; a call of `send` is `Action::"call:send"`, in `Action::"call"`
 */
import type { ActionType, SchemaJson, TypeOfAttribute } from "@cedar-policy/cedar-wasm/nodejs";
import type { PolicyScope } from "../../contracts/policy.ts";
import type { PolicyAction } from "../../contracts/tools.ts";
import { NOTHING, type RecordShape, recordOf, typeOf } from "./cedar-shape.ts";

/** What is known of the arguments of each tool. */
export type ArgumentShapes = ReadonlyMap<string, RecordShape>;

export const argumentShapesOf = ({ tools }: PolicyScope): ArgumentShapes =>
  new Map(tools.map(({ name, args }) => [name, args === undefined ? NOTHING : recordOf(args)]));

/** The action of calling one tool: in the group of its kind, and with a context of its own. */
export const actionOf = (kind: PolicyAction, tool: string): string => `${kind}:${tool}`;

const record = (attributes: Readonly<Record<string, TypeOfAttribute<string>>>): TypeOfAttribute<string> => ({
  type: "Record",
  attributes,
});

const STRING: TypeOfAttribute<string> = { type: "String" };
const AGENT: TypeOfAttribute<string> = { type: "Entity", name: "Agent" };
const AMOUNT: TypeOfAttribute<string> = { type: "Long", required: false };

/** What a policy may know of a request, beside who does what to what. */
const CONTEXT: Readonly<Record<string, TypeOfAttribute<string>>> = {
  actor: AGENT,
  chain: { type: "Set", element: AGENT },
  task: STRING,
  at: { type: "Extension", name: "datetime" },
  remaining: record({ costMicroUsd: AMOUNT, tokens: AMOUNT, steps: AMOUNT, toolCalls: AMOUNT }),
  labels: {
    ...record({ integrity: STRING, public: { type: "Boolean" }, readers: { type: "Set", element: STRING } }),
    required: false,
  },
};

/** Whether a part of the context is in the schema. */
export type Telling = (part: string) => boolean;

const contextOf = (args: RecordShape, isTold: Telling): TypeOfAttribute<string> =>
  record(Object.fromEntries(Object.entries({ args: typeOf(args), ...CONTEXT }).filter(([part]) => isTold(part))));

const group: ActionType<string> = { appliesTo: { principalTypes: [], resourceTypes: [] } };

export function schemaOf(
  { tools }: PolicyScope,
  shapes: ArgumentShapes,
  isTold: Telling = () => true,
): SchemaJson<string> {
  const calls = tools.map((tool): [string, ActionType<string>] => {
    const isModel = tool.model !== undefined;
    return [
      actionOf(isModel ? "model" : "call", tool.name),
      {
        memberOf: [{ id: isModel ? "model" : "call" }],
        appliesTo: {
          principalTypes: ["Agent"],
          resourceTypes: [isModel ? "Model" : "Tool"],
          context: contextOf(shapes.get(tool.name) ?? NOTHING, isTold),
        },
      },
    ];
  });
  const access: ActionType<string> = {
    appliesTo: { principalTypes: ["Agent"], resourceTypes: ["Key"], context: contextOf(NOTHING, isTold) },
  };
  const named = { shape: record({ name: STRING }) };
  return {
    "": {
      entityTypes: {
        Agent: named,
        Tool: { shape: record({ name: STRING, effect: STRING }) },
        Model: named,
        Key: { ...named, memberOfTypes: ["Key"] },
      },
      actions: { call: group, model: group, ...Object.fromEntries(calls), read: access, write: access },
    },
  };
}
