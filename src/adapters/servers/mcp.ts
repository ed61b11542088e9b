/**
 * MCP server: runs, offered to any MCP client: `start`, `status`, `report`, `inbox`, `decide`.
 *
 * V1  Who decides is bound when the server is started; no argument names them. Without an approver nothing is decided here.
 * V2  No agent of ours decides: to a client that is one of our own tools, `decide` is not there (A-ID-06).
 * V3  A yes carries the digest of what was shown, and the digest is shown only where nothing of the value is hidden.
 * V4  What comes in is checked, and is untrusted; what goes out is bounded, and nothing in it hides.
 */
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  type Tool as Definition,
  ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import type { ApprovalRequest, Decision, DecisionReceipt } from "../../contracts/approvals.ts";
import { messageOf, RuntimeError } from "../../contracts/errors.ts";
import type { PersonId, RunId } from "../../contracts/ids.ts";
import type { Json, JsonObject } from "../../contracts/json.ts";
import type { Labels } from "../../contracts/labels.ts";
import type { RunReport, RunSummary } from "../../contracts/report.ts";
import { type Act, type ActPorts, acts } from "./mcp-acts.ts";

/** What is offered. An orchestrator is one. */
export interface McpRuns {
  start(options: { readonly objective: string; readonly input?: unknown; readonly labels?: Labels }): Promise<{
    readonly id: RunId;
  }>;
  run(id: RunId): { report(): Promise<RunReport> };
  runs(filter: { readonly limit?: number; readonly status?: RunSummary["status"] }): Promise<readonly RunSummary[]>;
  inbox(): Promise<readonly ApprovalRequest[]>;
  decide(decision: Decision): Promise<DecisionReceipt>;
}

export interface McpOffer {
  /** For the client to read. */
  readonly description: string;
  /** JSON Schema of the input, which must then be given. */
  readonly input?: JsonObject;
  /** What a run is to achieve, where that follows from its input. Default: the client says. */
  readonly objective?: (input: Json) => string;
}

export interface ServeMcpOptions {
  /** The person in whose name this server decides, as the application has authenticated them. Default: nobody, and no `decide`. */
  readonly approver?: PersonId;
  /** What `start` starts. Default: a run with any objective and any input. */
  readonly offers?: McpOffer;
  /** Of the objective and the input, where labels are used. Default: untrusted and public. */
  readonly labels?: Labels;
  /** Runs that may go on at once before `start` refuses another. Default 16. */
  readonly maxRunning?: number;
  /** Characters of one answer; what is longer is shown in part. Default 100,000. */
  readonly maxLength?: number;
}

export interface McpDoor {
  /** Serves one client, until its transport is closed. */
  connect(transport: Transport): Promise<void>;
  close(): Promise<void>;
}

/** By which an agent of ours is known that has an MCP server for a tool. */
const OWN_CLIENT = "bailiwick-tools";

/**
 * Offers runs to MCP clients.
 *
 * @example
 * ```ts
 * const door = serveMcp(orchestrator, { approver: "maria" });
 * await door.connect(new StdioServerTransport());
 * ```
 */
export function serveMcp(runs: McpRuns, options: ServeMcpOptions = {}): McpDoor {
  const ports: ActPorts = {
    runs,
    offers: options.offers ?? { description: "Starts a run." },
    labels: options.labels ?? { integrity: "untrusted", readers: "public" },
    maxRunning: options.maxRunning ?? 16,
    maxLength: options.maxLength ?? 100_000,
    ...(options.approver === undefined ? {} : { approver: options.approver }),
  };
  const open = new Set<Server>();
  return {
    connect: async (transport) => {
      const server = serverOf(ports);
      open.add(server);
      server.onclose = () => open.delete(server);
      await server.connect(transport);
    },
    close: async () => {
      await Promise.all([...open].map((server) => server.close()));
    },
  };
}

/** The same to the one client at the standard input and output of this process, until it has gone or `until` is aborted. */
export async function serveMcpOverStdio(runs: McpRuns, options: ServeMcpOptions, until: AbortSignal): Promise<void> {
  const door = serveMcp(runs, options);
  const gone = new Promise<void>((resolve) => {
    process.stdin.once("end", resolve).once("close", resolve);
    until.addEventListener("abort", () => resolve(), { once: true });
  });
  await door.connect(new StdioServerTransport());
  await gone;
  await door.close();
}

function serverOf(ports: ActPorts): Server {
  const server = new Server({ name: "bailiwick", version: "1" }, { capabilities: { tools: {} } });
  const all = acts(ports);
  // The SDK's default is checked once for each client, and compiled once for each schema.
  const check = new Map(all.map((act) => [act.name, new AjvJsonSchemaValidator().getValidator(act.input)]));
  const offered = (): readonly Act[] =>
    server.getClientVersion()?.name === OWN_CLIENT ? all.filter(({ isDecision }) => !isDecision) : all;
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: offered().map(definitionOf) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }): Promise<CallToolResult> => {
    const act = offered().find(({ name }) => name === params.name);
    if (act === undefined) return failed(`there is no tool "${params.name.slice(0, 64)}" here`);
    const args = params.arguments ?? {};
    const checked = check.get(act.name)?.(args);
    if (checked?.valid !== true) return failed(`these arguments are not taken: ${checked?.errorMessage ?? ""}`);
    try {
      return { content: [{ type: "text", text: shown(await act.perform(args as never, signal)) }] };
    } catch (error) {
      return failed(error instanceof RuntimeError ? `${error.code}: ${error.message}` : messageOf(error));
    }
  });
  return server;
}

const definitionOf = ({ name, description, input, hints }: Act): Definition => ({
  name,
  description,
  inputSchema: input as Definition["inputSchema"],
  annotations: hints,
});

const MAX_FAILURE = 2_000;

const failed = (message: string): CallToolResult => ({
  content: [{ type: "text", text: unhidden(message.slice(0, MAX_FAILURE)) }],
  isError: true,
});

const shown = (value: unknown): string => unhidden(JSON.stringify(value));

/** Marks that are drawn as nothing, or turn the line around, are written as their number, as JSON allows. */
const HIDDEN = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const unhidden = (text: string): string =>
  text.replaceAll(HIDDEN, (one) =>
    one
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
