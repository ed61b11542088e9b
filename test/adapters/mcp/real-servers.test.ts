/** The filesystem server and the everything server from npm, as they are, over stdio and streamable HTTP. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AgentContext,
  type Assignment,
  createOrchestrator,
  defineAgent,
  type EffectClass,
  type OrchestratorConfig,
  type PolicyPort,
} from "../../../index.ts";
import { allowList } from "../../../src/adapters/policies/allow-list.ts";
import { cedarPolicy } from "../../../src/adapters/policies/cedar.ts";
import {
  type McpEvent,
  type McpServer,
  type McpTransport,
  mcpTools,
  surveyMcp,
} from "../../../src/adapters/tools/mcp.ts";
import type { AnyTool } from "../../../src/contracts/tools.ts";
import { connected, context, until } from "./small.ts";

const require = createRequire(import.meta.url);
const program = (manifest: string): string => join(dirname(manifest), "dist", "index.js");
const EVERYTHING = program(require.resolve("@modelcontextprotocol/server-everything/package.json"));
const FILESYSTEM = program(require.resolve("@modelcontextprotocol/server-filesystem/package.json"));

const everything: McpTransport = {
  kind: "stdio",
  command: process.execPath,
  args: [EVERYTHING, "stdio"],
};

const filesIn = (folder: string): McpTransport => ({
  kind: "stdio",
  command: process.execPath,
  args: [FILESYSTEM, folder],
});

/** Real servers, on a machine that may be busy. */
const STARTING = 60_000;

/** A port that was free a moment ago. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });

/** The everything server over HTTP, at a port; resolves when it listens. */
async function listening(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [EVERYTHING, "streamableHttp"], {
    env: { PATH: process.env["PATH"], PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error("the server has ended")));
    child.stderr?.on("data", (text: Buffer) => {
      if (text.toString().includes("listening")) resolve();
    });
  });
  return child;
}

// biome-ignore lint/suspicious/noExplicitAny: what the tools of a server take is known while running only
type Run = (assignment: Assignment, context: AgentContext<any>) => unknown;

const one = (tools: readonly AnyTool[], run: Run, policy?: PolicyPort): OrchestratorConfig => ({
  name: "n",
  agents: { clerk: defineAgent({ name: "clerk", tools, run }) },
  planner: { tasks: [{ id: "t", agent: "clerk" }], output: "t" },
  ...(policy === undefined ? {} : { policy }),
});

async function outcome(config: OrchestratorConfig) {
  const orchestrator = createOrchestrator(config);
  const run = await orchestrator.start({ objective: "o" });
  const report = await run.result;
  return { orchestrator, run, report };
}

describe("the filesystem server", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bailiwick-files-")));
  for (const [path, text] of [
    ["public", "apples\n"],
    ["secret", "bananas\n"],
  ] as const) {
    mkdirSync(join(folder, path));
    writeFileSync(join(folder, path, "a.txt"), text);
  }
  let files: McpServer;
  beforeAll(async () => {
    const { pins } = await surveyMcp({ name: "files", transport: filesIn(folder) });
    files = await mcpTools({ name: "files", transport: filesIn(folder), pins, trustHints: true });
  }, STARTING);
  afterAll(async () => {
    await files.close();
    rmSync(folder, { recursive: true });
  });

  it("is listed under its name, with effect classes from the hints of a server that is trusted, and destructive tools ask", () => {
    const said = Object.fromEntries(
      files.tools.map(({ name, effect, needsApproval }) => [name, [effect, needsApproval]]),
    );
    expect(said).toMatchObject({
      "files.read_text_file": ["read", undefined],
      "files.create_directory": ["idempotent", undefined],
      "files.write_file": ["idempotent", true],
      "files.edit_file": ["once", true],
    });
  });

  it("is called through the gate, and its results are labelled untrusted", async () => {
    const tool = files.tool("read_text_file");
    const { report } = await outcome(
      one([tool], (_, context) => context.tool("files.read_text_file", { path: join(folder, "public/a.txt") })),
    );
    expect(report.output).toEqual({ text: "apples\n", structured: { content: "apples\n" } });
    const consequential = {
      ...files.tool("create_directory"),
      minIntegrity: "trusted",
      onUntrusted: "deny",
    } as AnyTool;
    const { report: guarded } = await outcome(
      one([tool, consequential], async (_, context) => {
        await context.tool("files.read_text_file", { path: join(folder, "public/a.txt") });
        return context
          .tool("files.create_directory", { path: join(folder, "made") })
          .catch((error: { code: string }) => error.code);
      }),
    );
    expect(guarded.output).toBe("policy.denied");
    expect(existsSync(join(folder, "made"))).toBe(false);
  });

  const reads: Run = async (_, context) => {
    const read = (path: string) =>
      context.tool("files.read_text_file", { path: join(folder, path) }).then(
        () => "read",
        (error: { code: string }) => error.code,
      );
    return [await read("public/a.txt"), await read("secret/a.txt")];
  };

  it("A-TOOL-02 an allow-list holds its arguments", async () => {
    const policy = allowList({
      agents: {
        clerk: { tools: { "files.read_text_file": { when: { path: { startsWith: join(folder, "public/") } } } } },
      },
    });
    const { report } = await outcome(one([files.tool("read_text_file")], reads, policy));
    expect(report.output).toEqual(["read", "policy.denied"]);
  });

  it("A-TOOL-02 Cedar policies are checked against its schemas, and hold its arguments", async () => {
    const policies = `permit (principal, action == Action::"call:files.read_text_file", resource)
      when { context.args.path like "${folder}/public/*" };`;
    const { report } = await outcome(one([files.tool("read_text_file")], reads, cedarPolicy({ policies })));
    expect(report.output).toEqual(["read", "policy.denied"]);
    const wrong = policies.replace("args.path", "args.pat");
    expect(() =>
      createOrchestrator(one([files.tool("read_text_file")], reads, cedarPolicy({ policies: wrong }))),
    ).toThrow(/pat/);
  });

  it("A-TOOL-04 an argument that its schema does not name is refused, though JSON Schema would let it through", async () => {
    const { report } = await outcome(
      one([files.tool("list_directory")], (_, context) =>
        context.tool("files.list_directory", { path: folder, also: "/etc" }).catch((error: Error) => error.message),
      ),
    );
    expect(report.output).toMatch(/additional properties/);
  });

  it("asks a person before it writes, and writes what was approved", async () => {
    const path = join(folder, "new.txt");
    const { orchestrator, run, report } = await outcome(
      one([files.tool("write_file")], (_, context) => context.tool("files.write_file", { path, content: "cherries" })),
    );
    const [question] = report.pendingApprovals;
    expect(question).toMatchObject({ kind: "approve", subject: { path, content: "cherries" } });
    expect(existsSync(path)).toBe(false);
    const { id: requestId = "", digest = "" } = question ?? {};
    await orchestrator.decide({ requestId, digest, decision: "approve", by: "ann" });
    expect((await run.result).status).toBe("completed");
    expect(readFileSync(path, "utf8")).toBe("cherries");
  });

  it("its refusal to leave its folder is an answer the agent hears in its words, and is not tried again", async () => {
    const { report } = await outcome(
      one([files.tool("read_text_file")], (_, context) =>
        context.tool("files.read_text_file", { path: "/etc/passwd" }).catch((error: Error) => error.message),
      ),
    );
    expect(report.output).toMatch(/^"files\.read_text_file": .*outside allowed directories/);
  });
});

/** The same of both transports. */
function suite(transport: () => McpTransport): void {
  let server: McpServer;
  const events: McpEvent[] = [];
  beforeAll(async () => {
    server = await mcpTools({
      name: "all",
      transport: transport(),
      pins: "on-first-use",
      resources: true,
      prompts: true,
      onEvent: (event) => events.push(event),
    });
  }, STARTING);
  afterAll(() => server.close());
  const call = (name: string, args: object = {}) => Promise.resolve(server.tool(name).run(args, context()));

  it("gives text, structured content, an image, links and resources, each as what it is", async () => {
    expect(await call("echo", { message: "hi" })).toEqual({ text: "Echo: hi" });
    expect(await call("get-structured-content", { location: "New York" })).toMatchObject({
      structured: { temperature: expect.any(Number), conditions: expect.any(String) },
    });
    expect(await call("get-tiny-image")).toMatchObject({ content: [{ kind: "image", mimeType: "image/png" }] });
    expect(await call("get-resource-links", { count: 2 })).toMatchObject({
      content: [{ kind: "link" }, { kind: "link" }],
    });
    expect(await call("get-resource-reference", { resourceType: "Text", resourceId: 1 })).toMatchObject({
      content: [{ kind: "resource", text: expect.any(String) }],
    });
  });

  it("is read by its resources and prompts", async () => {
    const listed = (await call("resource.list")) as { readonly resources: readonly { readonly uri: string }[] };
    const uri = listed.resources[0]?.uri ?? "";
    expect(await call("resource.read", { uri })).toMatchObject({ content: [{ kind: "resource", uri }] });
    const prompts = (await call("prompt.list")) as { readonly prompts: readonly { readonly name: string }[] };
    const simple = prompts.prompts.find(({ name }) => name.startsWith("simple"))?.name ?? "";
    expect(await call("prompt.get", { name: simple })).toMatchObject([{ role: "user", text: expect.any(String) }]);
    await expect(call("resource.read", { uri: "no://such" })).rejects.toMatchObject({
      code: expect.stringMatching(/^tool\./),
    });
  });

  it("tells its progress, and an error in its words", async () => {
    expect(await call("trigger-long-running-operation", { duration: 0.1, steps: 2 })).toMatchObject({
      text: expect.stringMatching(/completed/),
    });
    // The last word of progress may come with the answer, and is then not told.
    expect(events.find(({ kind }) => kind === "progress")).toMatchObject({
      tool: "all.trigger-long-running-operation",
      key: "run_1/t/0-abc",
      progress: 1,
      total: 2,
    });
    await expect(call("get-sum", { a: "one", b: 2 })).rejects.toMatchObject({
      message: expect.stringMatching(/number/),
    });
  });
}

describe("the everything server over stdio", () => {
  suite(() => everything);
});

describe("the everything server over HTTP", () => {
  const place: { port: number; child?: ChildProcess } = { port: 0 };
  beforeAll(async () => {
    place.port = await freePort();
    place.child = await listening(place.port);
  }, STARTING);
  afterAll(() => void place.child?.kill("SIGKILL"));
  const transport = (): McpTransport => ({ kind: "http", url: `http://127.0.0.1:${place.port}/mcp` });
  suite(transport);

  it("F-TOOL-09 is found to be gone in the middle of a call, and is used again once it is back", async () => {
    const began: string[] = [];
    const server = await connected({
      name: "all",
      transport: transport(),
      pins: "on-first-use",
      limits: { reconnectMs: 1 },
      onEvent: (event) => began.push(event.kind),
    });
    const run = server.tool("trigger-long-running-operation").run({ duration: 60, steps: 600 }, context());
    const lost = Promise.resolve(run).then(
      () => "answered",
      (error) => error.code,
    );
    await until(() => began.includes("progress"), "the call under way");
    place.child?.kill("SIGKILL");
    expect(await lost).toBe("effect.unknown");
    place.child = await listening(place.port);
    expect(await server.tool("echo").run({ message: "back" }, context())).toEqual({ text: "Echo: back" });
  });
});

describe("a server killed in the middle of a call of a run", () => {
  const slow = "trigger-long-running-operation";
  /** A call of a minute, and how to kill the server once it is under way. */
  const underWay = async (effect: EffectClass) => {
    const events: McpEvent[] = [];
    const server = await connected({
      name: "all",
      transport: everything,
      pins: "on-first-use",
      settings: { [slow]: { effect, backoffMs: 1 } },
      limits: { reconnectMs: 1 },
      onEvent: (event) => events.push(event),
    });
    const call: Run = (_, context) => context.tool(`all.${slow}`, { duration: 60, steps: 1_200 });
    const orchestrator = createOrchestrator({ ...one([server.tool(slow)], call), parkAfterMs: 0 });
    const run = await orchestrator.start({ objective: "o" });
    const began = (nth: number) => {
      const from = events.findIndex((event, at) => event.kind === "connected" && starts(at).length === nth);
      return from >= 0 && events.slice(from).some(({ kind }) => kind === "progress");
    };
    const starts = (to: number) => events.slice(0, to + 1).filter(({ kind }) => kind === "connected");
    await until(() => began(1), "the call under way");
    const pid = events[0]?.kind === "connected" ? (events[0].pid ?? 0) : 0;
    process.kill(pid, "SIGKILL");
    return { orchestrator, run, began };
  };

  it.each(["read", "idempotent"] as const)("F-TOOL-09 a call that is %s is made again", async (effect) => {
    const { orchestrator, run, began } = await underWay(effect);
    await until(() => began(2), "the call under way again");
    await run.cancel();
    expect((await run.result).pendingApprovals).toEqual([]);
    await orchestrator.stop();
  });

  it("F-TOOL-09 a call that must not happen twice is a question to a person, whose word is its outcome", async () => {
    const { orchestrator, run, began } = await underWay("once");
    const { pendingApprovals } = await run.result;
    expect(pendingApprovals).toMatchObject([{ kind: "unknown", tool: `all.${slow}` }]);
    const { id: requestId = "", digest = "" } = pendingApprovals[0] ?? {};
    await orchestrator.decide({ requestId, digest, decision: "answer", by: "ann", value: "it happened" });
    expect(await run.result).toMatchObject({ status: "completed", output: "it happened" });
    expect(began(2)).toBe(false);
    await orchestrator.stop();
  });
});
