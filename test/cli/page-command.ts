/** The page of a command, as a browser has it: where it is, and what it may do. */
import { setTimeout as pause } from "node:timers/promises";
import { type CallOptions, start } from "./command.ts";

export interface CommandPage {
  readonly url: string;
  readonly get: (path: string) => Promise<Response>;
  readonly post: (path: string, body: unknown) => Promise<Response>;
}

let keys = 0;

/** From an address with its keys in the fragment. */
export function pageAt(address: string): CommandPage {
  const { origin, hash } = new URL(address);
  const keysIn = new URLSearchParams(hash.slice(1));
  const headers = {
    authorization: `Bearer ${keysIn.get("token")}`,
    "x-bailiwick-approver": keysIn.get("approver") ?? "",
    "content-type": "application/json",
  };
  const post = (path: string, body: unknown) =>
    fetch(origin + path, {
      method: "POST",
      headers: { ...headers, "idempotency-key": `command-${++keys}` },
      body: JSON.stringify(body),
    });
  return { url: origin, get: (path) => fetch(origin + path, { headers }), post };
}

/** Starts a command, and resolves once it has said where its page is. */
export async function withPage(args: readonly string[], options: CallOptions) {
  const started = start(args, options);
  let said = "";
  for (const stream of [started.child.stdout, started.child.stderr])
    stream.on("data", (text: string) => {
      said += text;
    });
  while (!/http:\S+\n/.test(said)) {
    if (started.child.exitCode !== null) throw new Error(`it ended before there was a page: ${said}`);
    await pause(20);
  }
  const [address = ""] = /http:\S+/.exec(said) ?? [];
  return { ...started, address, page: pageAt(address), said: () => said };
}
