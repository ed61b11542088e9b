/** Streamable HTTP: what a server can answer, and where it can send us. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import type { McpOptions } from "../../../src/adapters/tools/mcp.ts";
import { connected, context, definition } from "./small.ts";

type Answer = (
  request: { readonly id: number; readonly headers: IncomingMessage["headers"] },
  response: ServerResponse,
) => void;

const json = (response: ServerResponse, body: object, headers: Record<string, string> = {}): void => {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
};

const result = (response: ServerResponse, id: number, value: object, headers: Record<string, string> = {}): void =>
  json(response, { jsonrpc: "2.0", id, result: value }, headers);

/** A server whose answer to a call is given; it counts its sessions. */
async function serving(call: Answer) {
  let sessions = 0;
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") return void response.writeHead(405).end();
    let text = "";
    for await (const chunk of request) text += chunk;
    const { id, method } = JSON.parse(text) as { readonly id: number; readonly method: string };
    if (method === "initialize")
      return result(
        response,
        id,
        { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "web", version: "1" } },
        { "mcp-session-id": `session-${++sessions}` },
      );
    if (method === "tools/list") return result(response, id, { tools: [definition("act")] });
    if (method === "tools/call") return call({ id, headers: request.headers }, response);
    if (method === "ping") return result(response, id, {});
    return void response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, sessions: () => sessions };
}

const act = async (call: Answer, more: Partial<McpOptions> = {}, headers: Record<string, string> = {}) => {
  const { url, sessions } = await serving(call);
  const options = { name: "web", transport: { kind: "http", url, headers }, pins: "on-first-use", ...more } as const;
  const server = await connected(options as McpOptions);
  const outcome = await Promise.resolve(server.tool("act").run({ message: "" }, context())).catch((error) => error);
  return { outcome, sessions };
};

it.each(["application/json", "text/event-stream"])(
  "F-TOOL-08, F-TOOL-11 an answer longer than a message may be is cut off while it comes, as %s",
  async (type) => {
    const endless: Answer = (_, response) => {
      response.writeHead(200, { "content-type": type });
      response.write("data: ");
      const more = (): void => {
        while (response.write("x".repeat(1_000)));
        response.once("drain", more);
      };
      more();
    };
    const { outcome } = await act(endless, { limits: { messageBytes: 10_000, answerMs: 10_000 } });
    expect(outcome).toMatchObject({ code: "effect.unknown" });
  },
);

it("a stream of events may be longer than one message may be", async () => {
  const { outcome } = await act(
    ({ id }, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const event = {
        jsonrpc: "2.0",
        method: "notifications/message",
        params: { level: "info", data: "x".repeat(500) },
      };
      for (let n = 0; n < 50; n++) response.write(`data: ${JSON.stringify(event)}\n\n`);
      const answer = { jsonrpc: "2.0", id, result: { content: [{ type: "text", text: "at last" }] } };
      response.end(`data: ${JSON.stringify(answer)}\n\n`);
    },
    { limits: { messageBytes: 10_000 } },
  );
  expect(outcome).toEqual({ text: "at last" });
});

it("A-TOOL-06 a redirect to another origin is not followed, and takes no header with it", async () => {
  const heard: unknown[] = [];
  const other = createServer((request, response) => {
    heard.push(request.headers.authorization);
    response.end();
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/mcp`;
  const { outcome } = await act(
    (_, response) => void response.writeHead(307, { location }).end(),
    {},
    { authorization: "Bearer s3cr3t-token" },
  );
  expect(outcome).toBeInstanceOf(Error);
  expect(heard).toEqual([]);
});

it("A-ID-05 a header given in secret comes back in no answer and in no error", async () => {
  const headers = { authorization: "Bearer s3cr3t-token" };
  const echo = await act(
    ({ id, headers: given }, response) =>
      result(response, id, { content: [{ type: "text", text: `you said ${given.authorization}` }] }),
    {},
    headers,
  );
  expect(echo.outcome).toEqual({ text: "you said [secret]" });
  for (const status of [403, 500]) {
    const failed = await act(
      ({ headers: given }, response) =>
        void response.writeHead(status).end(`no ${given.authorization}, ${given.authorization?.slice(7)}`),
      {},
      headers,
    );
    expect(`${failed.outcome.message} ${failed.outcome.cause?.message}`).not.toContain("s3cr3t");
    expect(failed.outcome.code).toBe(status === 403 ? "tool.failed" : "effect.unknown");
  }
});

it("a session that the server has forgotten is begun anew, and the call made once", async () => {
  let calls = 0;
  const { outcome, sessions } = await act(
    ({ id, headers }, response) => {
      if (headers["mcp-session-id"] === "session-1") return void response.writeHead(404).end("session not found");
      calls++;
      result(response, id, { content: [{ type: "text", text: "here" }] });
    },
    { limits: { reconnectMs: 1 } },
  );
  expect(outcome).toEqual({ text: "here" });
  expect([calls, sessions()]).toEqual([1, 2]);
});

it("an address that is no address of the web is refused", async () => {
  const open = connected({ name: "web", transport: { kind: "http", url: "file:///etc/passwd" }, pins: "on-first-use" });
  await expect(open).rejects.toThrow(/no way to reach an MCP server/);
});
