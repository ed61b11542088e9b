/** Served runs: a server over {@link shownRuns}, or over an orchestrator, requests of all kinds to it, and its end after each test. */
import { connect } from "node:net";
import { afterEach } from "vitest";
import { type Served, type ServeOptions, serve } from "../../src/adapters/http.ts";
import type { Inspectable } from "../../src/contracts/control.ts";
import { type ShownRuns, shownRuns } from "./shown-runs.ts";

export interface ServedOver extends Served {
  readonly warnings: readonly string[];
}

export interface ServedRuns extends ServedOver {
  readonly shown: ShownRuns;
}

const open: Served[] = [];

/** A folder in which there is no page. */
const NO_PAGE = "/nonexistent";

export async function servedOver(inspectable: Inspectable, options: ServeOptions = {}): Promise<ServedOver> {
  const warnings: string[] = [];
  const warn = (line: string): void => void warnings.push(line);
  const served = await serve(inspectable, { approvers: ["maria"], page: NO_PAGE, warn, ...options });
  open.push(served);
  return { ...served, warnings };
}

export async function servedRuns(
  options: ServeOptions = {},
  shown: ShownRuns & Pick<Inspectable, "feed"> = shownRuns(),
): Promise<ServedRuns> {
  return { ...(await servedOver(shown, options)), shown };
}

afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

export const tokensOf = ({ token, approverTokens }: Served, person = "maria"): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  "x-bailiwick-approver": approverTokens[person] ?? "",
});

let keys = 0;
export const newKey = (): string => `test-key-${++keys}`;

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** With all tokens, unless the headers say otherwise; an empty header is left out. */
export async function ask(served: Served, path: string, { method = "GET", headers = {}, body }: Asking = {}) {
  const all: Record<string, string> = {
    ...tokensOf(served),
    ...(method === "GET" ? {} : { "content-type": "application/json", "idempotency-key": newKey() }),
    ...headers,
  };
  const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
  const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(served.url + path, {
    method,
    headers: kept,
    ...(text === undefined ? {} : { body: text }),
  });
  const said = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text: said,
    json: /^[[{]/.test(said) ? JSON.parse(said) : said,
  };
}

/** What comes back for exactly these bytes, until the connection ends. */
export function raw({ port }: Served, text: string, host = "127.0.0.1"): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host });
    let heard = "";
    socket.setEncoding("latin1");
    socket.on("data", (part: string) => {
      heard += part;
    });
    socket.on("close", () => resolve(heard));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve(heard) : reject(error),
    );
    socket.write(text);
  });
}

export const lines = (...text: readonly string[]): string => `${text.join("\r\n")}\r\n\r\n`;

/** The status lines of all answers in what came back. */
export const statusesIn = (heard: string): readonly number[] =>
  [...heard.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
