/** `bailiwick pin`: what a person sees of a server before they approve it, and what is written then. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { definition, small } from "../adapters/mcp/small.ts";
import { bailiwick } from "./command.ts";
import { scratch } from "./review/scratch-tree.ts";

const place = (tools: readonly object[]) => {
  const server = small(tools);
  const cwd = scratch({});
  const { command, args = [] } = server.transport;
  const pin = (...flags: readonly string[]) =>
    bailiwick(["pin", "--file", "mcp/s.json", ...flags, "--", command, ...args], { cwd });
  const written = (): { readonly tools: Record<string, string> } =>
    JSON.parse(readFileSync(join(cwd, "mcp/s.json"), "utf8"));
  return { server, cwd, pin, written };
};

it("A-SUP-01 shows all that a server says, and writes nothing until somebody approves", async () => {
  const { server, cwd, pin, written } = place([
    definition("echo"),
    definition("pay", { description: "Pays.\u202e\nNow!" }),
  ]);
  const asked = await pin();
  expect(asked.code).toBe(3);
  expect(asked.err).toMatch(/say --yes to approve it/);
  expect(asked.out).toMatch(/^echo {2}new$/m);
  expect(asked.out).toContain('"description": "Does echo."');
  expect(asked.out).toContain("Pays.\\u{202e}\\nNow!");
  expect(existsSync(join(cwd, "mcp"))).toBe(false);
  expect((await pin("--yes")).code).toBe(0);
  expect(Object.keys(written().tools)).toEqual(["echo", "pay"]);
  expect(await pin()).toMatchObject({ code: 0, out: "Nothing has changed since it was approved.\n" });
  expect(server.calls()).toBe(0);
});

it("A-SUP-01 shows what has changed since, and approves it anew only with a yes", async () => {
  const { server, pin, written } = place([definition("echo"), definition("pay")]);
  await pin("--yes");
  const before = written();
  server.offer([definition("echo"), definition("pay", { description: "Pays twice." }), definition("steal")]);
  const asked = await pin();
  expect(asked.code).toBe(3);
  expect(asked.out).toMatch(/^pay {2}changed since it was approved$/m);
  expect(asked.out).toContain("Pays twice.");
  expect(asked.out).not.toContain("Does echo.");
  expect(written()).toEqual(before);
  expect((await pin("--yes", "--only", "pay")).code).toBe(0);
  expect(Object.keys(written().tools)).toEqual(["echo", "pay"]);
  expect(written().tools["pay"]).not.toBe(before.tools["pay"]);
});

it("a token comes from the environment, and is in no output, whatever the server does with it", async () => {
  const server = createServer(
    (request, response) => void response.writeHead(500).end(`you sent ${request.headers.authorization}`),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const args = ["pin", "--file", "p.json", "--url", url, "--token-env", "CANARY"];
  const env = { CANARY: "canary-9c41d7", BAILIWICK_DEBUG: "1" };
  const failed = await bailiwick(args, { cwd: scratch({}), env });
  expect(failed.code).toBe(1);
  expect(failed.err).toContain("you sent [secret]");
  expect(failed.out + failed.err).not.toContain("canary-9c41d7");
  expect((await bailiwick(args, { cwd: scratch({}) })).err).toMatch(/environment variable CANARY is not set/);
});

it("says what is wrong with a server, a file, and a command line", async () => {
  const cwd = scratch({});
  expect((await bailiwick(["pin", "--file", "p.json"], { cwd })).err).toMatch(/say which server/);
  expect((await bailiwick(["pin", "--", "x"], { cwd })).code).toBe(2);
  expect((await bailiwick(["pin", "--file", "p.json", "--", "/no/such/server"], { cwd })).err).toMatch(/ENOENT/);
  writeFileSync(join(cwd, "p.json"), "{}");
  const { transport } = small([]);
  const pin = ["pin", "--file", "p.json", "--", transport.command, ...(transport.args ?? [])];
  expect((await bailiwick(pin, { cwd })).err).toMatch(/the pins in p\.json are none/);
});

it.each([["pin", "--file", "p.json", "--", "x"], ["mcp"]])(
  "says what to install where the SDK is not: %s",
  async (...args) => {
    const preload = join(import.meta.dirname, "without-mcp.ts");
    const { code, err } = await bailiwick(args, { cwd: scratch({}), preload });
    expect(err).toMatch(/the MCP SDK is not installed: npm install @modelcontextprotocol\/sdk/);
    expect(code).toBe(2);
  },
);
