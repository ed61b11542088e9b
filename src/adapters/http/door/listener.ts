/**
 * Listener: the sockets. Node's own strict parser reads them, with a limit on everything a caller can draw out
 * (A-HTTP-10, A-HTTP-13); whether a request may be looked at is asked before anything else is (A-HTTP-01).
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { RuntimeError } from "../../../contracts/errors.ts";
import type { Limits } from "../limits.ts";
import type { Answered } from "../refusal.ts";
import { SECURITY_HEADERS } from "./headers.ts";
import { nameFault, originFault, type Place } from "./origin.ts";

export interface ListenerPorts {
  /** Known once it listens; before that nobody may ask. */
  readonly place: () => Place | undefined;
  readonly limits: Limits;
  readonly listener: RequestListener;
  /** An upgrade that may be looked at. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export function serverOf({ place, limits, listener, upgrade }: ListenerPorts): Server {
  const options = {
    insecureHTTPParser: false,
    requireHostHeader: false,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
  };
  const server = createServer(options, (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const fault = nameFault(request, place()) ?? originFault(request, place());
    if (fault !== undefined) refuse(response, fault);
    else listener(request, response);
  });
  server.on("upgrade", (request, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    // An application that feeds what it does lives elsewhere; its token is its own, and lets it see nothing.
    const isFeed = isFeedPath(request.url);
    const fault = nameFault(request, place()) ?? (isFeed ? undefined : originFault(request, place()));
    if (fault !== undefined) refuseUpgrade(socket, fault);
    else upgrade(request, socket, head);
  });
  server.maxConnections = limits.maxConnections;
  server.setTimeout(limits.idleMs, (socket) => socket.destroy());
  return server;
}

const FEED = "/inspect/";

/** `/inspect/<token>`: whoever feeds can give an address and nothing else. It is compared, and never written anywhere. */
export const isFeedPath = (url = ""): boolean => url.startsWith(FEED);

export const feedPath = (token: string): string => `${FEED}${token}`;

function refuse(response: ServerResponse, { status, code, message }: Answered): void {
  response.setHeader("connection", "close");
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify({ code, message }));
}

export function refuseUpgrade(socket: Duplex, { status, code, message }: Answered): void {
  const body = JSON.stringify({ code, message });
  const headers = { ...SECURITY_HEADERS, "content-type": "application/json; charset=utf-8", connection: "close" };
  const lines = Object.entries({ ...headers, "content-length": Buffer.byteLength(body) });
  const head = [`HTTP/1.1 ${status} Refused`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/**
 * Listens on all addresses with one port. One that this machine does not have is left out, unless it is the first.
 *
 * @throws RuntimeError `config.invalid`: an address or the port is not to be had.
 */
export async function listenOn(
  addresses: readonly [string, ...string[]],
  wanted: number,
  make: () => Server,
): Promise<{ readonly port: number; readonly servers: readonly Server[] }> {
  const [first, ...others] = addresses;
  for (let tries = wanted === 0 ? TRIES : 1; ; tries--) {
    const servers = [make()];
    try {
      const port = await listen(servers[0] as Server, wanted, first);
      for (const address of others) servers.push(...(await listenIfThere(make(), port, address)));
      return { port, servers };
    } catch (error) {
      await Promise.all(servers.map(shut));
      if (tries <= 1) throw error;
    }
  }
}

/** A free port of one address may be taken at the other. */
const TRIES = 10;

async function listenIfThere(server: Server, port: number, address: string): Promise<readonly Server[]> {
  try {
    await listen(server, port, address);
    return [server];
  } catch (error) {
    if (["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"].includes(codeOf((error as RuntimeError).cause))) return [];
    throw error;
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? "unknown";

async function listen(server: Server, port: number, host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ port, host, exclusive: true }, resolve);
  try {
    await promise;
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const text = `nothing can listen on ${host}, port ${port} (${codeOf(error)}): take another port, or 0 for a free one`;
    throw new RuntimeError("config.invalid", text, { cause: error });
  } finally {
    server.off("error", reject);
  }
}

export async function shut(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
