/**
 * Feed message: what does a frame of `@statelyai/inspect` say?
 *
 * W1  A frame of anybody gives a message, or a reason why not; it never throws.
 * W2  Everything in a message is bounded, and passed the one ingest. Names, states and event types are visible text.
 * W3  What is only told in passing (`@xstate.action`, `@xstate.microstep`, whatever comes later) is ignored, not refused.
 */
import type { FeedAddress, FeedEvent, FeedMessage, FeedSnapshot } from "../contracts/feed.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { ingest } from "./ingest.ts";
import { visible } from "./visible.ts";

export type ReadFrame =
  | { readonly kind: "message"; readonly message: FeedMessage }
  | { readonly kind: "ignored" }
  | { readonly kind: "refused"; readonly reason: string };

/** Of one value that is kept: a context, an event. */
const MOST_KEPT = 32_768;
/** The inspector's own bound of a definition is a depth of ten; applications may raise it. */
const MAX_DEPTH = 64;
/** Paths of active states: a chart with more regions than that is not one to be looked at. */
const MOST_ACTIVE = 200;
const STATUSES: ReadonlySet<Json | undefined> = new Set(["active", "done", "error", "stopped"]);

export function readFrame(text: string, maxLength: number): ReadFrame {
  if (text.length > maxLength) return refused(`a frame of more than ${maxLength} characters`);
  const parsed = parse(text, maxLength);
  if (parsed === undefined) return refused("not a JSON object");
  const { type, sessionId: session, rootId: root = session, createdAt } = parsed;
  if (typeof type !== "string" || !type.startsWith("@xstate.")) return refused("no message of an inspector");
  if (!["@xstate.actor", "@xstate.event", "@xstate.snapshot"].includes(type)) return { kind: "ignored" };
  if (!isName(session) || !isName(root)) return refused("no sessionId");
  const at = Number(createdAt);
  const address: FeedAddress = { session, root, ...(Number.isSafeInteger(at) && at > 0 ? { at } : {}) };
  if (type === "@xstate.actor") return { kind: "message", message: actorOf(parsed, address, maxLength) };
  const event = eventOf(parsed["event"]);
  if (event === undefined) return refused("an event without a type");
  if (type === "@xstate.snapshot")
    return {
      kind: "message",
      message: { ...address, kind: "snapshot", event, snapshot: snapshotOf(parsed["snapshot"]) },
    };
  const { sourceId } = parsed;
  const source = isName(sourceId) ? { source: sourceId } : {};
  return { kind: "message", message: { ...address, kind: "event", event, ...source } };
}

const refused = (reason: string): ReadFrame => ({ kind: "refused", reason });

const isName = (value: Json | undefined): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= 500;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parse(text: string, maxLength: number): JsonObject | undefined {
  try {
    const result = ingest(JSON.parse(text), { maxLength, maxDepth: MAX_DEPTH });
    return result.kind === "ok" && isObject(result.value) ? result.value : undefined;
  } catch {
    return undefined;
  }
}

function actorOf(frame: JsonObject, address: FeedAddress, maxLength: number): FeedMessage {
  const { parentId, name, definition } = frame;
  // The inspector sends the definition as a JSON text inside the JSON.
  const config = typeof definition === "string" ? parse(definition, maxLength) : undefined;
  return {
    ...address,
    kind: "actor",
    name: visible(isName(name) ? name : address.session),
    ...(isName(parentId) ? { parent: parentId } : {}),
    ...(config !== undefined && isObject(config["states"]) ? { definition: config } : {}),
    snapshot: snapshotOf(frame["snapshot"]),
  };
}

function eventOf(event: Json | undefined): FeedEvent | undefined {
  if (!isObject(event)) return undefined;
  const { type } = event;
  return typeof type === "string" ? { type: visible(type), text: kept(event) } : undefined;
}

function snapshotOf(snapshot: Json | undefined): FeedSnapshot {
  if (!isObject(snapshot)) return { status: "active", active: [], context: "null" };
  const { status, value, context = null, output, error } = snapshot;
  return {
    status: STATUSES.has(status) ? (status as FeedSnapshot["status"]) : "active",
    active: activeOf(value),
    context: kept(context),
    ...(output === undefined || output === null ? {} : { output: kept(output) }),
    ...(error === undefined || error === null ? {} : { error: kept(error) }),
  };
}

/** The text of a value, or of the note that it is not kept. */
function kept(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= MOST_KEPT ? text : leftOut(text);
}

/** Stands for a value that is too large to be kept. */
export const leftOut = (text: string): string => JSON.stringify({ "left out": `${text.length} characters` });

/** `{ open: { door: "ajar", light: "on" } }`: `open`, `open.door`, `open.door.ajar`, `open.light`, `open.light.on`. */
function activeOf(value: Json | undefined): readonly string[] {
  const paths: string[] = [];
  const walk = (part: Json | undefined, under: string): void => {
    if (paths.length >= MOST_ACTIVE) return;
    if (typeof part === "string") paths.push(`${under}${visible(part)}`);
    if (!isObject(part)) return;
    for (const [key, child] of Object.entries(part)) {
      paths.push(`${under}${visible(key)}`);
      walk(child, `${under}${visible(key)}.`);
    }
  };
  walk(value, "");
  return paths.slice(0, MOST_ACTIVE);
}
