/**
 * MCP: the tools of a Model Context Protocol server, as tools of ours, by the official SDK.
 *
 * S1  A tool is called only while its definition is the one that was approved. Before each call the server is asked for it
 *     again; a tool that has changed is refused until a person approves what it is now, and a new one is not offered.
 * S2  Names stand under the server's: `files.read_file`. No other tool may be named so, and no tool stands for two.
 * S3  What a server says of its tools makes rules stricter; it makes them looser only where the application trusts it.
 * S4  What it answers is data: bounded, well-formed, without the secrets it was given.
 * S5  A call whose connection is lost has happened or has not: that is for its effect class to settle, never silently.
 * S6  What a server asks of us is refused, or goes to a person by `elicit`.
 */
import { RuntimeError } from "../../contracts/errors.ts";
import type { AnyTool, Tool } from "../../contracts/tools.ts";
import type { Milliseconds } from "../../contracts/units.ts";
import type { McpOutput } from "./mcp-output.ts";
import type { McpChange, McpPins } from "./mcp-pins.ts";
import type { McpTransport } from "./mcp-transport.ts";

export type { McpContent, McpOutput } from "./mcp-output.ts";
export type { McpChange, McpDefinition, McpPins } from "./mcp-pins.ts";
export type { HttpTransport, McpTransport, StdioTransport } from "./mcp-transport.ts";

/** What the application says of a tool. It stands above what the server says. */
export type McpToolSettings = Partial<Omit<AnyTool, "name" | "input" | "run" | "revision" | "origin">> & {
  /** Arguments that its schema does not name are let through. Default: refused, unless the schema itself allows them. */
  readonly openArguments?: boolean;
};

export interface McpLimits {
  /** To start the server, to shake hands, and for each question about what it has. Default 10,000. */
  readonly answerMs?: Milliseconds;
  /** Of one call, for tools whose settings do not say. Default 60,000. */
  readonly callMs?: Milliseconds;
  /** First wait before a server that was lost is started again; doubled each time, up to 30,000. Default 250. */
  readonly reconnectMs?: Milliseconds;
  /** Of one message. The connection to a server that sends a longer one is closed. Default 4,194,304. */
  readonly messageBytes?: number;
  /** A server that sends more is cut off. Default 2,000. */
  readonly messagesPerSecond?: number;
  /** Of all texts of one result; what is longer is cut, and the result says so. Default 262,144. */
  readonly textLength?: number;
  /** Of all images, sounds and files of one result, in base64; what is more is left out, and the result says so. Default 262,144. */
  readonly dataLength?: number;
}

/** What happens on the wire, for logs and screens. Nothing may depend on it. */
export type McpEvent =
  /** `pid`: of the process that was started for it. */
  | { readonly kind: "connected"; readonly version: string; readonly pid?: number }
  | { readonly kind: "disconnected"; readonly reason: string }
  /** The server has changed what it offers. Nothing of it is used before a person has approved it. */
  | { readonly kind: "changed"; readonly changes: readonly McpChange[] }
  /** The server asked us for something it is not given. */
  | { readonly kind: "refused"; readonly method: string }
  | { readonly kind: "malformed"; readonly count: number }
  | {
      readonly kind: "progress";
      readonly tool: string;
      /** Of the call. */
      readonly key: string;
      readonly progress: number;
      readonly total?: number;
      readonly message?: string;
    };

/** What a server wants to know from a person. All of it is the server's, and untrusted. */
export interface McpElicitation {
  readonly server: string;
  readonly message: string;
  readonly schema: unknown;
}

export type McpElicited =
  | { readonly action: "accept"; readonly content: Readonly<Record<string, string | number | boolean | string[]>> }
  | { readonly action: "decline" | "cancel" };

export interface McpOptions {
  /** Its name here, before the first "." of its tools' names: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly transport: McpTransport;
  /**
   * What a person has approved: pins as `bailiwick pin` and {@link surveyMcp} make them, or the JSON file they are in. `on-first-use` takes
   * what the server says now, for as long as this connection is used: no person has looked at it.
   */
  readonly pins: McpPins | { readonly file: string } | "on-first-use";
  /** By the server's name of a tool. */
  readonly settings?: Readonly<Record<string, McpToolSettings>>;
  /** `readOnlyHint` makes a tool `read`, `idempotentHint` `idempotent`. Default false: all are `once` unless settings say. */
  readonly trustHints?: boolean;
  /** Its resources, as the tools `resource.list` and `resource.read`. Default: not offered. */
  readonly resources?: boolean;
  /** Its prompts, as the tools `prompt.list` and `prompt.get`. Default: not offered. */
  readonly prompts?: boolean;
  /** Told to a server that asks where it may work. Default: it is refused. */
  readonly roots?: readonly { readonly uri: string; readonly name?: string }[];
  /** Takes what a server wants to know to a person. Default: it is refused. */
  readonly elicit?: (request: McpElicitation) => Promise<McpElicited>;
  readonly limits?: McpLimits;
  readonly onEvent?: (event: McpEvent) => void;
}

/** A tool of the server `Server`, with arguments that are known while running only. */
// biome-ignore lint/suspicious/noExplicitAny: the server says what they are
export type McpTool<Server extends string, Name extends string> = Tool<`${Server}.${Name}`, any, any, OutputOf<Name>>;

/** What is read of lists and prompts is as the server says. */
type OutputOf<Name extends string> = string extends Name
  ? unknown
  : Name extends "resource.list" | "prompt.list" | "prompt.get"
    ? unknown
    : McpOutput;

export interface McpServer<Server extends string = string> {
  readonly name: Server;
  /** Those that are approved and as they were approved. */
  readonly tools: readonly AnyTool[];
  /** One of them, by the server's name for it. @throws RuntimeError `config.invalid` that says why it is not there. */
  tool<const Name extends string>(name: Name): McpTool<Server, Name>;
  /** How what the server has now differs from what was approved. */
  changes(): Promise<readonly McpChange[]>;
  /** Ends the server's process, or the session. */
  close(): Promise<void>;
}

/** A server as it is now, for a person to look at: nothing of it is called. */
export interface McpSurvey {
  /** What to write into the file of pins once a person has approved it. */
  readonly pins: McpPins;
  readonly tools: readonly McpChange[];
}

/**
 * The tools of an MCP server.
 *
 * @example
 * ```ts
 * const files = await mcpTools({
 *   name: "files",
 *   transport: { kind: "stdio", command: "mcp-server-filesystem", args: ["/srv/data"] },
 *   pins: { file: "mcp/files.json" },
 *   settings: { read_text_file: { effect: "read" } },
 * });
 * const clerk = defineAgent({ name: "clerk", tools: [files.tool("read_text_file")], run: … });
 * ```
 * @throws RuntimeError `config.invalid`; `tool.unavailable` when the server cannot be reached.
 */
export async function mcpTools<const Server extends string>(
  options: McpOptions & { readonly name: Server },
): Promise<McpServer<Server>> {
  const { openServer } = await client();
  return (await openServer(options)) as McpServer<Server>;
}

/**
 * Asks a server what it has, calls nothing of it, and ends it again.
 *
 * @throws RuntimeError as {@link mcpTools}.
 */
export async function surveyMcp(
  options: Pick<McpOptions, "name" | "transport" | "limits"> & { readonly pins?: McpPins | { readonly file: string } },
): Promise<McpSurvey> {
  const { survey } = await client();
  return survey(options);
}

/** The SDK is loaded when a server is asked for: it is a package that need not be there. */
async function client(): Promise<typeof import("./mcp-server.ts")> {
  try {
    return await import("./mcp-server.ts");
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    const advice = "npm install @modelcontextprotocol/sdk";
    throw new RuntimeError("config.invalid", `the MCP SDK is not installed: ${advice}`, { cause: error });
  }
}
