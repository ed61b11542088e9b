/** MCP connection: the session there is, or the next one; and what the server has, asked for when it is needed. */
import { setTimeout as sleep } from "node:timers/promises";
import { ListToolsResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { messageOf, RuntimeError } from "../../contracts/errors.ts";
import type { Milliseconds } from "../../contracts/units.ts";
import type { McpDefinition } from "./mcp-pins.ts";
import { Session, type SessionPorts } from "./mcp-session.ts";

const MAX_WAIT: Milliseconds = 30_000;
const MAX_PAGES = 50;
const MAX_TOOLS = 1_000;

export class Connection {
  readonly #ports: SessionPorts;
  readonly #reconnectMs: Milliseconds;
  #session: Session | undefined;
  #opening: Promise<Session> | undefined;
  /** Sessions that were lost or could not be opened, one after the other. */
  #lost = 0;
  #isOver = false;

  constructor(ports: SessionPorts, reconnectMs: Milliseconds) {
    this.#ports = ports;
    this.#reconnectMs = reconnectMs;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The session, opened if there is none. @throws RuntimeError `tool.unavailable`: nothing was asked of the server. */
  async session(signal?: AbortSignal): Promise<Session> {
    if (this.#isOver) throw this.#unavailable("the connection was closed");
    if (this.#session?.isClosed === false) return this.#session;
    if (this.#session !== undefined) {
      this.#session = undefined;
      this.#lost++;
    }
    this.#opening ??= this.#open(signal).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(signal: AbortSignal | undefined): Promise<Session> {
    try {
      if (this.#lost > 0) {
        const wait = Math.min(MAX_WAIT, this.#reconnectMs * 2 ** (this.#lost - 1));
        await sleep(wait, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) });
      }
      this.#session = await Session.open(this.#ports);
    } catch (error) {
      this.#lost++;
      throw this.#unavailable(this.#ports.redact(messageOf(error)));
    }
    if (!this.#isOver) return this.#session;
    await this.#session.close("closed");
    throw this.#unavailable("the connection was closed");
  }

  /** Without a cause: the SDK's error says what `why` no longer does. */
  #unavailable(why: string): RuntimeError {
    return new RuntimeError("tool.unavailable", `MCP server "${this.#ports.options.name}": ${why}`);
  }

  /** It has answered a call: the next loss is the first again. */
  worked(): void {
    this.#lost = 0;
  }

  /** All its tools, as it defines them now. @throws RuntimeError `tool.unavailable` */
  async definitions(session: Session, signal?: AbortSignal): Promise<readonly McpDefinition[]> {
    if (session.client.getServerCapabilities()?.tools === undefined) return [];
    const found: McpDefinition[] = [];
    const options = { timeout: this.#ports.limits.answerMs, ...(signal === undefined ? {} : { signal }) };
    let cursor: string | undefined;
    try {
      for (let page = 0; page < MAX_PAGES; page++) {
        const request = { method: "tools/list", params: cursor === undefined ? {} : { cursor } } as const;
        // Not `listTools`, which makes validators of all schemas each time, and throws for one it cannot make.
        const { tools, nextCursor } = await session.client.request(request, ListToolsResultSchema, options);
        found.push(...tools);
        if (found.length > MAX_TOOLS) break;
        if (nextCursor === undefined) return found;
        cursor = nextCursor;
      }
    } catch (error) {
      throw this.#unavailable(`it does not say what it has: ${this.#ports.redact(messageOf(error))}`);
    }
    throw this.#unavailable(`its list of tools does not end: more than ${MAX_TOOLS} tools, or ${MAX_PAGES} pages`);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#opening?.catch(() => {});
    await this.#session?.close("closed");
  }
}
