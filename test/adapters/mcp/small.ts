/** The small server of `server.ts`, as a place to work in: what it offers, what it was asked, and its process. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type McpOptions, type McpServer, mcpTools, type StdioTransport } from "../../../src/adapters/tools/mcp.ts";
import type { ToolContext } from "../../../src/contracts/tools.ts";

export const definition = (name: string, more: object = {}) => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: "object", properties: { message: { type: "string" } } },
  ...more,
});

export interface Small {
  readonly transport: StdioTransport;
  /** Changes what it offers from now on. */
  offer(tools: readonly object[], more?: object): void;
  log(): readonly string[];
  /** The process that runs now. */
  pid(): number;
  calls(): number;
}

export function small(tools: readonly object[], more: object = {}): Small {
  const folder = mkdtempSync(join(tmpdir(), "bailiwick-mcp-"));
  const [definitions, log] = [join(folder, "offer.json"), join(folder, "log")];
  const offer = (offered: readonly object[], other: object = {}): void =>
    writeFileSync(definitions, JSON.stringify({ tools: offered, ...other }));
  offer(tools, more);
  writeFileSync(log, "");
  const lines = (): readonly string[] =>
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  return {
    transport: {
      kind: "stdio",
      command: process.execPath,
      args: [join(import.meta.dirname, "server.ts"), definitions, log],
    },
    offer,
    log: lines,
    pid: () =>
      Number(
        lines()
          .findLast((line) => line.startsWith("start "))
          ?.slice(6),
      ),
    calls: () => lines().filter((line) => line.startsWith("call ")).length,
  };
}

/** Connected for as long as the test lasts. */
export async function connected(options: McpOptions): Promise<McpServer> {
  const server = await mcpTools(options);
  onTestFinished(() => server.close());
  return server;
}

export const context = (more: Partial<ToolContext> = {}): ToolContext => ({
  idempotencyKey: "run_1/t/0-abc",
  run: "run_1",
  agent: "ann",
  task: "t",
  signal: new AbortController().signal,
  spent: () => {},
  ...more,
});

/** Waits until something is so: of another process, nobody tells. */
export async function until(is: () => boolean, what: string): Promise<void> {
  for (let n = 0; n < 3_000; n++) {
    if (is()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`in half a minute, ${what} was not so`);
}
