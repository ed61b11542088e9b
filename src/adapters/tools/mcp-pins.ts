/** MCP pins: what a person has approved of a server, and how what it is now differs. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { messageOf, RuntimeError } from "../../contracts/errors.ts";
import { NAME_PATTERN } from "../../contracts/ids.ts";
import type { Json, JsonObject } from "../../contracts/json.ts";

/** What a person has approved. */
export interface McpPins {
  /** As the server names itself. */
  readonly server: string;
  /** Of the server. Another version is refused as a whole; without it, any version that defines its tools so is taken. */
  readonly version?: string;
  /** By the server's name of a tool: SHA-256 of its whole definition. */
  readonly tools: Readonly<Record<string, string>>;
}

/** A tool as its server defines it: all of it is the server's word. */
export interface McpDefinition {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
}

/** A tool of a server that is not as it was approved. */
export interface McpChange {
  readonly tool: string;
  /** `unusable`: its name or its definition cannot be a tool here, whoever approves it. */
  readonly kind: "new" | "changed" | "gone" | "unusable";
  readonly reason?: string;
  /** As it is now. */
  readonly definition?: McpDefinition;
  readonly digest?: string;
}

/** Who a server says it is. */
export interface Introduced {
  readonly name: string;
  readonly version: string;
}

/** Beyond it, nobody has read what they approve. */
const MAX_DEFINITION = 65_536;

/** The same value gives the same text, whatever the order of its keys. */
function sorted(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const object = value as JsonObject;
  const fields = Object.keys(object).filter((key) => object[key] !== undefined);
  return `{${fields
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sorted(object[key])}`)
    .join()}}`;
}

/** Of all a server says of a tool: name, description, schemas, annotations, and what else there is. */
export const digestOf = (definition: McpDefinition): string =>
  createHash("sha256")
    .update(sorted(definition as unknown as Json))
    .digest("hex");

export const pinsOf = ({ name, version }: Introduced, definitions: readonly McpDefinition[]): McpPins => ({
  server: name,
  version,
  tools: Object.fromEntries(definitions.map((one) => [one.name, digestOf(one)] as const).sort()),
});

/** Why a definition cannot be a tool here; undefined when it can. */
function unusable(
  server: string,
  definition: McpDefinition,
  all: readonly McpDefinition[],
  taken: ReadonlySet<string>,
) {
  const { name } = definition;
  if (!NAME_PATTERN.test(`${server}.${name}`))
    return `"${server}.${name}" is no name for a tool: letters, digits, ".", "_", "-", 64 characters at most`;
  if (taken.has(name)) return `"${name}" is what the server's own resources or prompts are read by`;
  if (all.filter((other) => other.name === name).length > 1) return `the server has two tools named "${name}"`;
  const { length } = sorted(definition as unknown as Json);
  if (length > MAX_DEFINITION) return `its definition has ${length} characters; ${MAX_DEFINITION} at most`;
  return undefined;
}

export interface Compared {
  /** As they were approved. */
  readonly same: ReadonlyMap<string, McpDefinition>;
  readonly changes: readonly McpChange[];
}

/** Holds what a server is now against what was approved. `taken`: names that are ours in its namespace. */
export function compare(
  pins: McpPins,
  {
    server,
    about,
    definitions,
    taken,
  }: {
    readonly server: string;
    readonly about: Introduced;
    readonly definitions: readonly McpDefinition[];
    readonly taken: ReadonlySet<string>;
  },
): Compared {
  const same = new Map<string, McpDefinition>();
  const changes: McpChange[] = [];
  const other = impostor(pins, about);
  for (const definition of definitions) {
    const { name } = definition;
    const digest = digestOf(definition);
    const fault = unusable(server, definition, definitions, taken);
    const pin = Object.hasOwn(pins.tools, name) ? pins.tools[name] : undefined;
    if (fault !== undefined) changes.push({ tool: name, kind: "unusable", reason: fault, definition, digest });
    else if (pin === undefined) changes.push({ tool: name, kind: "new", definition, digest });
    else if (pin !== digest) changes.push({ tool: name, kind: "changed", definition, digest });
    else if (other !== undefined) changes.push({ tool: name, kind: "changed", reason: other, definition, digest });
    else same.set(name, definition);
  }
  const there = new Set(definitions.map(({ name }) => name));
  for (const name of Object.keys(pins.tools)) if (!there.has(name)) changes.push({ tool: name, kind: "gone" });
  return { same, changes };
}

/** Another server, or another version of it, is another thing, whatever it says of its tools. */
function impostor({ server, version }: McpPins, about: Introduced): string | undefined {
  if (about.name !== server) return `the server is "${about.name}"; "${server}" was approved`;
  if (version === undefined || about.version === version) return undefined;
  return `the server is version ${about.version}; ${version} was approved`;
}

/** @throws RuntimeError `config.invalid` */
export function readPins(file: string): McpPins {
  const invalid = (why: string, cause?: unknown): RuntimeError =>
    new RuntimeError("config.invalid", `the pins in ${file} ${why}`, { cause });
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw invalid(`cannot be read: ${messageOf(error)}; have a person look at the server, and write them`, error);
  }
  if (!arePins(read)) throw invalid('are none: { "server": "…", "tools": { "name": "digest" } }');
  return read;
}

export function arePins(value: unknown): value is McpPins {
  if (typeof value !== "object" || value === null) return false;
  const { server, version, tools } = value as Partial<McpPins>;
  const isTable = typeof tools === "object" && tools !== null && !Array.isArray(tools);
  const isVersion = version === undefined || typeof version === "string";
  return (
    typeof server === "string" && isVersion && isTable && Object.values(tools).every((one) => typeof one === "string")
  );
}
