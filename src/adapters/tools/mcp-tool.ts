/** MCP tool: a server's tool as one of ours. */
import { type CallToolResult, CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { RuntimeError } from "../../contracts/errors.ts";
import type { AnyTool, EffectClass, ToolContext } from "../../contracts/tools.ts";
import type { Milliseconds } from "../../contracts/units.ts";
import type { McpEvent, McpToolSettings } from "./mcp.ts";
import { callFailure, isForgotten, UNTIMED } from "./mcp-call.ts";
import type { Connection } from "./mcp-connection.ts";
import { type McpOutput, type OutputLimits, outputOf, type Redact } from "./mcp-output.ts";
import { digestOf, type McpDefinition } from "./mcp-pins.ts";
import { argumentsSchema, validatorOf } from "./mcp-schema.ts";
import type { Session } from "./mcp-session.ts";

export interface ToolPorts {
  readonly server: string;
  readonly origin: string;
  readonly connection: Connection;
  readonly limits: OutputLimits & { readonly callMs: Milliseconds };
  readonly redact: Redact;
  readonly trustHints: boolean;
  readonly tell: (event: McpEvent) => void;
  /** A session on which the tool is what was approved. @throws RuntimeError `tool.rejected`, `tool.unavailable` */
  readonly verified: (tool: string, signal: AbortSignal) => Promise<Session>;
}

/** S3: a hint is taken at its word only from a server the application trusts; but for one, which asks for more care. */
function effectOf({ annotations = {} }: McpDefinition, settings: McpToolSettings, isTrusted: boolean): EffectClass {
  if (settings.effect !== undefined) return settings.effect;
  if (!isTrusted) return "once";
  return annotations["readOnlyHint"] === true ? "read" : annotations["idempotentHint"] === true ? "idempotent" : "once";
}

/** @throws RuntimeError `config.invalid` when its schema is none. */
export function toolOf(definition: McpDefinition, settings: McpToolSettings, ports: ToolPorts): AnyTool {
  const { openArguments = false, ...own } = settings;
  const effect = effectOf(definition, settings, ports.trustHints);
  if (effect === "reconcilable" && own.reconcile === undefined)
    throw new RuntimeError(
      "config.invalid",
      `settings of "${definition.name}": it is reconcilable and has no reconcile(key)`,
    );
  const description = definition.description ?? definition.title;
  const isSafeToRepeat = effect === "read" || effect === "idempotent";
  const checkOutput = definition.outputSchema === undefined ? undefined : validatorOf(definition.outputSchema);
  return Object.freeze({
    ...(description === undefined ? {} : { description: ports.redact(description) }),
    timeoutMs: ports.limits.callMs,
    ...(isSafeToRepeat ? { retries: 2 } : {}),
    ...(definition.annotations?.["destructiveHint"] === true && effect !== "read" ? { needsApproval: true } : {}),
    ...own,
    name: `${ports.server}.${definition.name}`,
    input: argumentsSchema(definition.inputSchema, openArguments),
    effect,
    revision: digestOf(definition),
    origin: ports.origin,
    run: (args: Record<string, unknown>, context: ToolContext) =>
      new Call(definition.name, effect, ports, checkOutput).make(args, context),
  });
}

/** One call, made over one session; over another only where the first has done nothing. */
class Call {
  readonly #name: string;
  readonly #effect: EffectClass;
  readonly #ports: ToolPorts;
  readonly #checkOutput: ((value: unknown) => string | undefined) | undefined;

  constructor(
    name: string,
    effect: EffectClass,
    ports: ToolPorts,
    checkOutput: ((value: unknown) => string | undefined) | undefined,
  ) {
    this.#name = name;
    this.#effect = effect;
    this.#ports = ports;
    this.#checkOutput = checkOutput;
  }

  async make(args: Record<string, unknown>, context: ToolContext): Promise<McpOutput> {
    const session = await this.#ports.verified(this.#name, context.signal);
    try {
      return this.#taken(await this.#request(session, args, context));
    } catch (error) {
      if (error instanceof RuntimeError) throw error;
      // A call that was given up may have hung the server.
      if (context.signal.aborted) void session.suspect();
      if (!isForgotten(error)) throw callFailure(error, { ...this.#ports, session, effect: this.#effect });
      session.cut("the server has forgotten the session");
    }
    const next = await this.#ports.verified(this.#name, context.signal);
    try {
      return this.#taken(await this.#request(next, args, context));
    } catch (error) {
      if (error instanceof RuntimeError) throw error;
      throw callFailure(error, { ...this.#ports, session: next, effect: this.#effect });
    }
  }

  #request(session: Session, args: Record<string, unknown>, context: ToolContext): Promise<CallToolResult> {
    const { signal, idempotencyKey: key } = context;
    const params = { name: this.#name, arguments: args, _meta: { "bailiwick/idempotencyKey": key } };
    return session.client.request({ method: "tools/call", params }, CallToolResultSchema, {
      signal,
      timeout: UNTIMED,
      onprogress: ({ progress, total, message }) =>
        this.#ports.tell({
          kind: "progress",
          tool: `${this.#ports.server}.${this.#name}`,
          key,
          progress,
          ...(total === undefined ? {} : { total }),
          ...(message === undefined ? {} : { message: this.#ports.redact(message).slice(0, 1_000) }),
        }),
    });
  }

  /** It has answered, and so has done what it was to do or not; what it says is held against its own schema. */
  #taken({ content, structuredContent, isError }: CallToolResult): McpOutput {
    this.#ports.connection.worked();
    const output = outputOf(content, structuredContent, this.#ports.limits, this.#ports.redact);
    // It has looked at this very call and said no, and would again: whoever called may call otherwise.
    if (isError === true) throw new RuntimeError("tool.rejected", output.text === "" ? "it failed" : output.text);
    if (this.#checkOutput === undefined) return output;
    const fault =
      structuredContent === undefined ? "there is no structured content" : this.#checkOutput(structuredContent);
    if (fault === undefined) return output;
    throw new RuntimeError("tool.failed", `its answer is not as its schema says: ${this.#ports.redact(fault)}`);
  }
}
