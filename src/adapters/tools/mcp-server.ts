/** MCP server: one that is connected, with the tools of it that are approved. */
import { randomUUID } from "node:crypto";
import { RuntimeError } from "../../contracts/errors.ts";
import type { AnyTool } from "../../contracts/tools.ts";
import type { McpEvent, McpLimits, McpOptions, McpServer, McpSurvey, McpTool } from "./mcp.ts";
import { Connection } from "./mcp-connection.ts";
import { redactor } from "./mcp-output.ts";
import {
  arePins,
  type Compared,
  compare,
  type Introduced,
  type McpChange,
  type McpDefinition,
  type McpPins,
  pinsOf,
  readPins,
} from "./mcp-pins.ts";
import { readingsOf, readingTool } from "./mcp-reading.ts";
import type { Session } from "./mcp-session.ts";
import { type ToolPorts, toolOf } from "./mcp-tool.ts";
import { secretsOf } from "./mcp-transport.ts";

const invalid = (message: string): RuntimeError => new RuntimeError("config.invalid", message);

/** No ".": `a.b` of `c` and `a` of `b.c` would be one name. */
const SERVER_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

const DEFAULTS: Required<McpLimits> = {
  answerMs: 10_000,
  callMs: 60_000,
  reconnectMs: 250,
  messageBytes: 4_194_304,
  messagesPerSecond: 2_000,
  textLength: 262_144,
  dataLength: 262_144,
};

function limitsOf(given: McpLimits = {}): Required<McpLimits> {
  const limits = { ...DEFAULTS, ...given };
  for (const [name, value] of Object.entries(limits))
    if (!Number.isSafeInteger(value) || value < 1)
      throw invalid(`limits.${name} is ${value}; give a whole number from 1`);
  return limits;
}

function given(pins: McpOptions["pins"]): McpPins | undefined {
  if (pins === "on-first-use") return undefined;
  const read = "file" in pins && typeof pins.file === "string" ? readPins(pins.file) : pins;
  if (!arePins(read)) throw invalid('pins: give { server, tools }, { file }, or "on-first-use"');
  return read;
}

export async function openServer(options: McpOptions): Promise<McpServer> {
  const server = new Server(options);
  try {
    await server.begin();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

export async function survey({
  pins,
  ...options
}: Parameters<typeof import("./mcp.ts").surveyMcp>[0]): Promise<McpSurvey> {
  const known = pins === undefined ? { server: "", tools: {} } : (given(pins) as McpPins);
  const server = new Server({ ...options, pins: known });
  try {
    const { about, definitions } = await server.look();
    return { pins: pinsOf(about, definitions), tools: server.compared(about, definitions).changes };
  } finally {
    await server.close();
  }
}

interface Look {
  readonly session: Session;
  readonly about: Introduced;
  readonly definitions: readonly McpDefinition[];
}

class Server implements McpServer {
  readonly name: string;
  readonly #options: McpOptions;
  readonly #limits: Required<McpLimits>;
  readonly #connection: Connection;
  readonly #ports: ToolPorts;
  readonly #taken: ReadonlySet<string>;
  #pins: McpPins | undefined;
  #tools: readonly AnyTool[] = [];
  #changes: readonly McpChange[] = [];
  #told = "[]";
  #isDue = false;
  #asking: Promise<void> | undefined;

  constructor(options: McpOptions) {
    const { name, transport, settings = {}, trustHints = false, resources = false, prompts = false } = options;
    if (!SERVER_NAME.test(name)) throw invalid(`MCP server ${JSON.stringify(name)}: use letters, digits, "_", "-"`);
    if (transport.kind !== "stdio" && transport.kind !== "http") throw invalid('transport.kind: "stdio" or "http"');
    this.name = name;
    this.#options = { ...options, settings };
    this.#limits = limitsOf(options.limits);
    this.#pins = given(options.pins);
    this.#taken = new Set(readingsOf({ resources, prompts }).map((reading) => reading.name));
    const redact = redactor(secretsOf(transport));
    const tell = (event: McpEvent): void => this.#tell(event);
    const session = {
      options,
      limits: this.#limits,
      redact,
      tell,
      onChanged: () => this.#heard(),
    };
    this.#connection = new Connection(session, this.#limits.reconnectMs);
    this.#ports = {
      server: name,
      origin: `${name}#${randomUUID()}`,
      connection: this.#connection,
      limits: this.#limits,
      redact,
      trustHints,
      tell,
      verified: (tool, signal) => this.#verified(tool, signal),
    };
  }

  get tools(): readonly AnyTool[] {
    return this.#tools;
  }

  /** Whoever listens cannot harm what they listen to. */
  #tell(event: McpEvent): void {
    try {
      this.#options.onEvent?.(event);
    } catch {
      // It is for screens and logs.
    }
  }

  async begin(): Promise<void> {
    const { about, definitions, session } = await this.look();
    this.#pins ??= pinsOf(about, definitions);
    const { same, changes } = this.compared(about, definitions);
    const settings = this.#options.settings ?? {};
    const known = new Set([...same.keys(), ...changes.map(({ tool }) => tool)]);
    const strange = Object.keys(settings).find((tool) => !known.has(tool));
    if (strange !== undefined) throw invalid(`settings: MCP server "${this.name}" has no tool "${strange}"`);
    const faults: McpChange[] = [];
    const made = [...same.values()].flatMap((definition) => this.#made(definition, faults));
    this.#changes = [...changes, ...faults];
    const { resources, prompts } = session.client.getServerCapabilities() ?? {};
    const { resources: wantsResources = false, prompts: wantsPrompts = false } = this.#options;
    if (wantsResources && resources === undefined) throw invalid(`MCP server "${this.name}" has no resources`);
    if (wantsPrompts && prompts === undefined) throw invalid(`MCP server "${this.name}" has no prompts`);
    const readings = readingsOf({ resources: wantsResources, prompts: wantsPrompts });
    this.#tools = Object.freeze([...made, ...readings.map((reading) => readingTool(reading, this.#ports))]);
  }

  #made(definition: McpDefinition, faults: McpChange[]): readonly AnyTool[] {
    const settings = this.#options.settings ?? {};
    const own = Object.hasOwn(settings, definition.name) ? settings[definition.name] : undefined;
    try {
      return [toolOf(definition, own ?? {}, this.#ports)];
    } catch (error) {
      // What the application says is its own fault; what the server says is not.
      if (!(error instanceof RuntimeError) || error.message.startsWith("settings")) throw error;
      faults.push({ tool: definition.name, kind: "unusable", reason: error.message, definition });
      return [];
    }
  }

  tool<const Name extends string>(name: Name): McpTool<string, Name> {
    const found = this.#tools.find((tool) => tool.name === `${this.name}.${name}`);
    if (found !== undefined) return found as McpTool<string, Name>;
    const change = this.#changes.find(({ tool }) => tool === name);
    const why = change === undefined ? "the server has none of that name" : whyNot(change);
    throw invalid(`MCP server "${this.name}", tool "${name}": ${why}`);
  }

  /** What the server has now. A session that turns out to be over has done nothing: the next one is asked. */
  async look(signal?: AbortSignal): Promise<Look> {
    const session = await this.#connection.session(signal);
    try {
      return await this.#lookOver(session, signal);
    } catch (error) {
      await session.suspect();
      if (!session.isClosed || signal?.aborted === true) throw error;
    }
    return this.#lookOver(await this.#connection.session(signal), signal);
  }

  async #lookOver(session: Session, signal: AbortSignal | undefined): Promise<Look> {
    return { session, about: session.about, definitions: await this.#connection.definitions(session, signal) };
  }

  compared(about: Introduced, definitions: readonly McpDefinition[]): Compared {
    const pins = this.#pins ?? pinsOf(about, definitions);
    return compare(pins, { server: this.name, about, definitions, taken: this.#taken });
  }

  async changes(): Promise<readonly McpChange[]> {
    const { about, definitions } = await this.look();
    const { changes } = this.compared(about, definitions);
    const unfit = this.#changes.filter(
      ({ kind, tool }) => kind === "unusable" && !changes.some((one) => one.tool === tool),
    );
    const all = [...changes, ...unfit];
    const told = JSON.stringify(all.map(({ tool, kind, digest }) => [tool, kind, digest]));
    if (told !== this.#told) this.#tell({ kind: "changed", changes: all });
    this.#told = told;
    return all;
  }

  /** However often a server says that it has changed, it is asked once at a time, and once more after the last. */
  #heard(): void {
    this.#isDue = true;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
  }

  async #ask(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false;
      await this.changes().catch(() => {});
    }
  }

  /** S1: between the judgement of a call and the call, the tool may have changed. */
  async #verified(tool: string, signal: AbortSignal): Promise<Session> {
    const { session, about, definitions } = await this.look(signal);
    const { same, changes } = this.compared(about, definitions);
    if (same.has(tool)) return session;
    const change = changes.find((one) => one.tool === tool);
    throw new RuntimeError("tool.rejected", change === undefined ? "the server has it no longer" : whyNot(change));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

function whyNot({ kind, reason, digest }: McpChange): string {
  switch (kind) {
    case "new":
      return "it is new, and nobody has approved it; have a person look at it, and add it to the pins";
    case "changed":
      return `it is not what was approved (${reason ?? `it is ${digest?.slice(0, 12)} now`}); have a person look at it, and change the pins`;
    case "gone":
      return "it was approved, and the server has it no longer";
    case "unusable":
      return `it cannot be used: ${reason}`;
  }
}
