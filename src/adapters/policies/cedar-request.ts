/** Cedar request: a question to a policy, as Cedar is asked it. Only the entities of the request go along. */
import type { CedarValueJson, EntityJson, EntityUid, StatefulAuthorizationCall } from "@cedar-policy/cedar-wasm/nodejs";
import type { PolicyRequest } from "../../contracts/tools.ts";
import { type ArgumentShapes, actionOf, type Telling } from "./cedar-schema.ts";
import { NOTHING, toCedar } from "./cedar-shape.ts";

type Question = Pick<StatefulAuthorizationCall, "principal" | "action" | "resource" | "context" | "entities">;

export type Questions = (request: PolicyRequest) => Question;

const uid = (type: string, id: string): { readonly type: string; readonly id: string } => ({ type, id });

const entity = (type: string, id: string, more: Readonly<Record<string, string>> = {}): EntityJson => ({
  uid: uid(type, id),
  attrs: { name: id, ...more },
  parents: [],
});

export const questionsOf =
  (shapes: ArgumentShapes, isTold: Telling): Questions =>
  (request) => {
    const { agent, action, resource, call, effect } = request;
    const asked = isBoard(request) ? key(resource) : called(action, resource, effect);
    return {
      principal: uid("Agent", agent),
      action: uid("Action", isBoard(request) ? action : actionOf(action, call.tool)),
      resource: asked.uid as EntityUid,
      context: contextOf(request, shapes, isTold),
      entities: isTold("name") ? [entity("Agent", agent), asked] : [asked],
    };
  };

const called = (action: PolicyRequest["action"], resource: string, effect: string): EntityJson =>
  action === "model" ? entity("Model", resource) : entity("Tool", resource, { effect });

/** `drafts/one` is in `drafts`. */
function key(name: string): EntityJson {
  const parts = name.split("/");
  const parents = parts.slice(1).map((_, n) => uid("Key", parts.slice(0, n + 1).join("/")));
  return { ...entity("Key", name), parents };
}

function contextOf(request: PolicyRequest, shapes: ArgumentShapes, isTold: Telling): Record<string, CedarValueJson> {
  const said: Record<string, CedarValueJson> = {};
  for (const [part, say] of Object.entries(parts)) {
    const value = isTold(part) ? say(request, shapes) : undefined;
    if (value !== undefined) said[part] = value;
  }
  return said;
}

const agentOf = (id: string): CedarValueJson => ({ __entity: uid("Agent", id) });

const parts: Readonly<Record<string, (request: PolicyRequest, shapes: ArgumentShapes) => CedarValueJson | undefined>> =
  {
    args: (request, shapes) =>
      toCedar(shapes.get(request.call.tool) ?? NOTHING, isBoard(request) ? {} : (request.call.args ?? {}), ""),
    actor: ({ chain, agent }) => agentOf(chain.at(-1) ?? agent),
    chain: ({ chain }) => chain.map(agentOf),
    task: ({ task }) => task,
    at: ({ at }) => ({ __extn: { fn: "datetime", arg: new Date(at).toISOString() } }),
    remaining: ({ remaining = {} }) => ({ ...remaining }),
    labels: ({ labels }) =>
      labels === undefined
        ? undefined
        : {
            integrity: labels.integrity,
            public: labels.readers === "public",
            readers: labels.readers === "public" ? [] : [...labels.readers],
          },
  };

const isBoard = ({ action }: PolicyRequest): boolean => action === "read" || action === "write";
