/** MCP session: one connection to a server, from the handshake until it is lost. What the server asks of us ends here (S6). */
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  type ClientCapabilities,
  ElicitRequestSchema,
  type JSONRPCRequest,
  ListRootsRequestSchema,
  ErrorCode as McpCode,
  McpError,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { messageOf } from "../../contracts/errors.ts";
import type { Milliseconds } from "../../contracts/units.ts";
import type { McpElicited, McpEvent, McpOptions } from "./mcp.ts";
import type { Introduced } from "./mcp-pins.ts";
import { type Line, lineTo } from "./mcp-transport.ts";

/** By this name our own server knows that an agent may be behind a client, and lets it decide nothing. */
const CLIENT = { name: "bailiwick-tools", version: "1" } as const;

const MAX_TEXT = 4_096;

/** How long a server may take to end by itself. */
const CLOSE_MS: Milliseconds = 500;

/** One that sends more of what cannot be read is not spoken to any longer. */
const MAX_MALFORMED = 100;

/** In the words of the SDK, and in ours over HTTP. */
const OVERLONG = /^ReadBuffer exceeded|the server sends more than/;

export interface SessionLimits {
  readonly answerMs: Milliseconds;
  readonly messageBytes: number;
  readonly messagesPerSecond: number;
}

export interface SessionPorts {
  readonly options: Pick<McpOptions, "name" | "transport" | "roots" | "elicit">;
  readonly limits: SessionLimits;
  /** Without the secrets the server was given. */
  readonly redact: (text: string) => string;
  readonly tell: (event: McpEvent) => void;
  /** The server says that it has other tools now. */
  readonly onChanged: () => void;
}

export class Session {
  readonly client: Client;
  readonly #line: Line;
  readonly #ports: SessionPorts;
  #closed = false;
  #reason = "the server has closed the connection";
  #second = 0;
  #messages = 0;
  #malformed = 0;
  #suspected: Promise<void> | undefined;

  private constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#line = lineTo(ports.options.transport, ports.limits.messageBytes);
    this.client = new Client(CLIENT, { capabilities: capabilitiesOf(ports.options) });
    this.#answer();
  }

  /** Starts the server or reaches it, and shakes hands. Rejects when it does not answer in time. */
  static async open(ports: SessionPorts): Promise<Session> {
    const session = new Session(ports);
    try {
      const timeout = ports.limits.answerMs;
      await session.client.connect(session.#line.transport, { timeout });
    } catch (error) {
      await session.close("it could not be opened");
      throw error;
    }
    const pid = session.#line.pid();
    ports.tell({ kind: "connected", version: session.about.version, ...(pid === undefined ? {} : { pid }) });
    return session;
  }

  /** It is over. What was asked and not answered is lost. */
  get isClosed(): boolean {
    return this.#closed;
  }

  get about(): Introduced {
    const { name = "", version = "" } = this.client.getServerVersion() ?? {};
    return { name, version };
  }

  /** Ends it; a server that does not end by itself is killed. */
  async close(reason: string): Promise<void> {
    if (this.#closed) return;
    this.#reason = reason;
    const { transport } = this.#line;
    if (transport instanceof StreamableHTTPClientTransport && transport.sessionId !== undefined)
      await Promise.race([transport.terminateSession().catch(() => {}), sleep(CLOSE_MS, undefined, { ref: false })]);
    const pid = this.#line.pid();
    const closing = this.client.close().then(
      () => true,
      () => true,
    );
    const isClosed = await Promise.race([closing, sleep(CLOSE_MS, false, { ref: false })]);
    if (!isClosed) this.#line.kill(pid);
    await closing;
    this.#end();
  }

  /** Ends it now. */
  cut(reason: string): void {
    if (this.#closed) return;
    this.#reason = reason;
    this.#line.kill(this.#line.pid());
    void this.client.close().catch(() => {});
    this.#end();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ports.tell({ kind: "disconnected", reason: this.#reason });
  }

  /** Something went wrong on the wire, or a call took too long: does it still answer at all? If not, it is cut off. */
  async suspect(): Promise<void> {
    if (this.#closed) return;
    this.#suspected ??= this.client
      .ping({ timeout: this.#ports.limits.answerMs })
      .then(
        () => {},
        (error: unknown) => this.cut(`it does not answer: ${this.#ports.redact(messageOf(error))}`),
      )
      .finally(() => {
        this.#suspected = undefined;
      });
    await this.#suspected;
  }

  #answer(): void {
    const { transport } = this.#line;
    const { options, tell, onChanged } = this.#ports;
    transport.onmessage = () => this.#count();
    this.client.onclose = () => this.#end();
    this.client.onerror = (error) => this.#fault(error);
    this.client.setNotificationHandler(ToolListChangedNotificationSchema, () => onChanged());
    this.client.fallbackRequestHandler = async ({ method }: JSONRPCRequest) => {
      tell({ kind: "refused", method: String(method).slice(0, 64) });
      throw new McpError(McpCode.MethodNotFound, `this client does not offer ${String(method).slice(0, 64)}`);
    };
    const { roots, elicit } = options;
    if (roots !== undefined)
      this.client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots.map((root) => ({ ...root })) }));
    if (elicit !== undefined) this.#elicitBy(elicit);
  }

  #elicitBy(elicit: NonNullable<McpOptions["elicit"]>): void {
    const { options, redact } = this.#ports;
    this.client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      const schema = "requestedSchema" in params ? params.requestedSchema : null;
      const message = redact(params.message).slice(0, MAX_TEXT);
      // Whatever goes wrong on the way to a person is no yes.
      const said = await elicit({ server: options.name, message, schema }).catch(
        (): McpElicited => ({ action: "cancel" }),
      );
      return said.action === "accept" ? { action: "accept", content: { ...said.content } } : { action: said.action };
    });
  }

  #count(): void {
    const second = Math.floor(performance.now() / 1_000);
    this.#messages = second === this.#second ? this.#messages + 1 : 1;
    this.#second = second;
    if (this.#messages > this.#ports.limits.messagesPerSecond)
      this.cut(`it sends more than ${this.#ports.limits.messagesPerSecond} messages a second`);
  }

  #fault(error: Error): void {
    if (this.#closed) return;
    this.#malformed++;
    this.#ports.tell({ kind: "malformed", count: this.#malformed });
    if (OVERLONG.test(error.message))
      this.cut(`it sends more than ${this.#ports.limits.messageBytes} bytes in one message`);
    else if (this.#malformed > MAX_MALFORMED) this.cut("what it sends cannot be read");
    else void this.suspect();
  }
}

const capabilitiesOf = ({ roots, elicit }: SessionPorts["options"]): ClientCapabilities => ({
  ...(roots === undefined ? {} : { roots: {} }),
  ...(elicit === undefined ? {} : { elicitation: { form: {} } }),
});
