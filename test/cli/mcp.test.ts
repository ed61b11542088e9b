/** `bailiwick mcp`, as a real MCP client sees it. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { expect, it, onTestFinished } from "vitest";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import { mcpTools } from "../../src/adapters/tools/mcp.ts";
import { auditFile } from "../support/audit-runs.ts";
import { bailiwick, COMMAND, disputed, quietEnv, workplace } from "./command.ts";

type Answer = { readonly [field: string]: unknown };

/** A client of the command in `cwd`. */
async function client(cwd: string, args: readonly string[] = []) {
  const made = new Client({ name: "test", version: "1" });
  const env = quietEnv() as Record<string, string>;
  const server = [COMMAND, "mcp", ...args];
  await made.connect(new StdioClientTransport({ command: process.execPath, args: server, cwd, env, stderr: "ignore" }));
  onTestFinished(() => made.close());
  const call = async (name: string, given: object = {}): Promise<Answer> => {
    const { content, isError } = (await made.callTool({ name, arguments: { ...given } })) as CallToolResult;
    const [block] = content;
    const text = block?.type === "text" ? block.text : "";
    return isError === true ? { error: text } : JSON.parse(text);
  };
  const waiting = async (run: unknown): Promise<Answer> => {
    for (;;) {
      const now = await call("status", { run, waitSeconds: 30 });
      if (now["status"] !== "running") return now;
    }
  };
  return { made, call, waiting };
}

const place = () => workplace(disputed);

it("starts a review, tells where it stands and what it asks, takes the approver's word, and gives the report", async () => {
  const cwd = place();
  const { made, call, waiting } = await client(cwd, ["--approver", "maria"]);
  expect((await made.listTools()).tools.map(({ name }) => name)).toEqual([
    "start",
    "status",
    "report",
    "inbox",
    "decide",
  ]);
  const { run } = await call("start", { input: { dir: "lib" } });
  expect(await waiting(run)).toMatchObject({ status: "suspended", state: "awaiting-human" });
  const { questions } = (await call("inbox", { run })) as { readonly questions: readonly Answer[] };
  const [question] = questions;
  expect(question).toMatchObject({ kind: "approve", tool: "write-report", digest: expect.any(String) });
  const decision = { question: question?.["question"], decision: "approve" };
  expect(await call("decide", { ...decision })).toMatchObject({ error: expect.stringMatching(/give the digest/) });
  expect(await call("decide", { ...decision, digest: "0".repeat(64) })).toMatchObject({
    error: expect.stringMatching(/^approval\.forged/),
  });
  expect(existsSync(join(cwd, "REVIEW.md"))).toBe(false);
  expect(await call("decide", { ...decision, digest: question?.["digest"] })).toEqual({ accepted: true });
  expect(await waiting(run)).toMatchObject({ status: "completed" });
  expect(existsSync(join(cwd, "REVIEW.md"))).toBe(true);
  expect(await call("report", { run })).toMatchObject({ status: "completed", output: { verdict: "unfit" } });
  await made.close();
  const file = join(cwd, ".bailiwick", "runs.db");
  await auditFile(file);
  const store = sqliteStore(file, { readonly: true });
  expect((await store.summary(String(run)))?.decided).toMatchObject([{ by: "maria", decision: "approve" }]);
  await store.close();
});

it("A-ID-06 decides nothing without an approver, and nothing for an agent that has it for a tool", async () => {
  const cwd = place();
  const { made, call } = await client(cwd);
  expect((await made.listTools()).tools.map(({ name }) => name)).not.toContain("decide");
  expect(await call("decide", { question: "run_a:b", decision: "approve" })).toMatchObject({
    error: expect.stringMatching(/no tool "decide"/),
  });
  const env = quietEnv() as Record<string, string>;
  const transport = {
    kind: "stdio",
    command: process.execPath,
    args: [COMMAND, "mcp", "--approver", "maria"],
    cwd,
    env,
  } as const;
  const own = await mcpTools({ name: "runs", transport, pins: "on-first-use" });
  onTestFinished(() => own.close());
  expect(own.tools.map(({ name }) => name)).toEqual(["runs.start", "runs.status", "runs.report", "runs.inbox"]);
});

it("reviews nothing outside its root, whatever the way there", async () => {
  const cwd = place();
  mkdirSync(join(cwd, "root"));
  symlinkSync("/etc", join(cwd, "root", "link"));
  const { call } = await client(cwd, ["--root", "root"]);
  for (const input of [
    { dir: ".." },
    { dir: "../lib" },
    { dir: "/etc" },
    { dir: "link" },
    { out: "../REVIEW.md" },
    { out: "link/x" },
  ])
    expect(await call("start", { input }), JSON.stringify(input)).toMatchObject({
      error: expect.stringMatching(/is not below|is not there/),
    });
});

it("refuses arguments that are none, and runs that are not there, in words", async () => {
  const { call } = await client(place(), ["--approver", "maria"]);
  const refused = async (name: string, args: object) => (await call(name, args))["error"];
  expect(await refused("start", { input: { dir: 1 } })).toMatch(/not taken.*string/);
  expect(await refused("start", { input: {}, by: "ann" })).toMatch(/additional properties/);
  expect(await refused("status", {})).toMatch(/required/);
  expect(await refused("status", { run: "run_x" })).toMatch(/run\.unknown/);
  expect(await refused("decide", { question: "run_x:y", decision: "approve", by: "eve" })).toMatch(
    /additional properties/,
  );
  expect(await refused("decide", { question: "run_x:y", decision: "reject" })).toMatch(/approval\.closed/);
  expect(await refused("explode", {})).toMatch(/no tool "explode"/);
});

it("takes up the review of a process that has died, to decide what it had asked", async () => {
  const cwd = place();
  const first = await bailiwick(["review", "lib", "--quiet", "--json"], { cwd });
  const { run } = JSON.parse(first.out) as { readonly run: string };
  const { call, waiting } = await client(cwd, ["--approver", "maria"]);
  const { questions } = (await call("inbox")) as { readonly questions: readonly Answer[] };
  const [{ question, digest } = {}] = questions;
  expect(await call("decide", { question, decision: "approve", digest })).toEqual({ accepted: true });
  expect(await waiting(run)).toMatchObject({ status: "completed" });
});

it("ends when its client has gone", async () => {
  const child = spawn(process.execPath, [COMMAND, "mcp"], {
    cwd: place(),
    env: quietEnv(),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stderr.once("data", () => child.stdin.end());
  expect(await ended).toBe(0);
});
