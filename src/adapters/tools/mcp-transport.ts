/** MCP transport: how a server is reached, and what it can do to us on the way. */
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { FetchLike, Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { RuntimeError } from "../../contracts/errors.ts";

/** A process of our own, spoken to by its standard input and output. Name the server itself: of a wrapper only the wrapper ends. */
export interface StdioTransport {
  readonly kind: "stdio";
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** Beside PATH, HOME and the like, all it is given of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The same, of values that are not to come back in a result or an error. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Where its standard error goes. Default "ignore". */
  readonly stderr?: "ignore" | "inherit";
}

/** Streamable HTTP. A redirect is followed within the same origin only. */
export interface HttpTransport {
  readonly kind: "http";
  readonly url: string | URL;
  /** Their values are not to come back in a result or an error. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
}

export type McpTransport = StdioTransport | HttpTransport;

export const secretsOf = (transport: McpTransport): readonly string[] =>
  transport.kind === "stdio"
    ? Object.values(transport.secrets ?? {})
    : // The token of "Bearer token" is the secret.
      Object.values(transport.headers ?? {}).flatMap((value) => [value, ...value.split(/\s+/)]);

/** One connection, and how it is ended when there is no time to ask. */
export interface Line {
  readonly transport: Transport;
  /** Of its process, until it is closed. */
  readonly pid: () => number | undefined;
  readonly kill: (pid: number | undefined) => void;
}

export function lineTo(transport: McpTransport, messageBytes: number): Line {
  return transport.kind === "stdio" ? stdioLine(transport, messageBytes) : httpLine(transport, messageBytes);
}

function stdioLine({ command, args = [], cwd, env, secrets, stderr = "ignore" }: StdioTransport, limit: number): Line {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    // The SDK adds the same few names; nothing else of this process is handed on.
    env: { ...getDefaultEnvironment(), ...env, ...secrets },
    stderr,
    maxBufferSize: limit,
    ...(cwd === undefined ? {} : { cwd }),
  });
  return {
    transport,
    pid: () => transport.pid ?? undefined,
    kill: (pid) => {
      if (pid === undefined) return;
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It is gone already.
      }
    },
  };
}

function httpLine({ url, headers = {}, fetch: given = fetch }: HttpTransport, limit: number): Line {
  const address = new URL(url);
  if (address.protocol !== "https:" && address.protocol !== "http:")
    throw new RuntimeError("config.invalid", `"${address.protocol}" is no way to reach an MCP server: http or https`);
  const bounded: FetchLike = async (target, init) => boundedResponse(await given(target, init), limit);
  const transport = new StreamableHTTPClientTransport(address, {
    requestInit: { headers: { ...headers } },
    fetch: bounded,
  });
  return { transport: transport as Transport, pid: () => undefined, kill: () => {} };
}

/** The response, with an end to it: of all of it, or of each event of a stream. */
function boundedResponse(response: Response, limit: number): Response {
  if (response.body === null) return response;
  const isStream = (response.headers.get("content-type") ?? "").startsWith("text/event-stream");
  const body = response.body.pipeThrough(counting(limit, isStream));
  const { status, statusText, headers } = response;
  const bounded = new Response(body, { status, statusText, headers });
  // Without it the SDK cannot tell where a redirect has led.
  Object.defineProperty(bounded, "url", { value: response.url });
  return bounded;
}

const LINE_FEED = 10;
const RETURN = 13;

/** Passes bytes on and counts them; an empty line ends an event. */
function counting(limit: number, isStream: boolean): TransformStream<Uint8Array, Uint8Array> {
  let count = 0;
  let isEmptyLine = false;
  const heard = (chunk: Uint8Array): void => {
    for (const byte of chunk) {
      count++;
      if (!isStream || byte === RETURN) continue;
      if (byte === LINE_FEED && isEmptyLine) count = 0;
      isEmptyLine = byte === LINE_FEED;
    }
  };
  return new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      heard(chunk);
      if (count > limit) controller.error(new Error(`the server sends more than ${limit} bytes in one message`));
      else controller.enqueue(chunk);
    },
  });
}
