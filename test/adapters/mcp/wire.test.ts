/** What a server can do to us on the wire, with a real process at the other end. */
import { expect, it } from "vitest";
import type { McpEvent, McpOptions } from "../../../src/adapters/tools/mcp.ts";
import type { AnyTool } from "../../../src/contracts/tools.ts";
import { connected, context, definition, small, until } from "./small.ts";

const server = async (tools: readonly object[], more: Partial<McpOptions> = {}) => {
  const place = small(tools);
  const events: McpEvent[] = [];
  const options = { name: "s", transport: place.transport, pins: "on-first-use", ...more } as McpOptions;
  const made = await connected({ ...options, onEvent: (event) => events.push(event) });
  const call = (name: string, args: object = {}, more = context()) => Promise.resolve(made.tool(name).run(args, more));
  return { place, events, made, call };
};

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "answered",
    (error) => error.code,
  );

it("a tool of a server is called, and answers with its text", async () => {
  const { call, place } = await server([definition("echo")]);
  expect(await call("echo", { message: "hello" })).toEqual({ text: "hello" });
  // Asked for its tools at the beginning, and before the call.
  expect(place.log().slice(1)).toEqual(["list", "list", 'call echo {"message":"hello"}']);
});

it("F-TOOL-09 a read whose server is killed has failed, and the next call starts the server again", async () => {
  const { call, place, events } = await server([definition("hang"), definition("echo")], {
    settings: { hang: { effect: "read" } },
    limits: { reconnectMs: 1 },
  });
  const lost = codeOf(call("hang"));
  await until(() => place.calls() === 1, "the call begun");
  const first = place.pid();
  process.kill(first, "SIGKILL");
  expect(await lost).toBe("tool.failed");
  expect(await call("echo", { message: "back" })).toEqual({ text: "back" });
  expect(place.pid()).not.toBe(first);
  expect(events.map(({ kind }) => kind)).toEqual(["connected", "disconnected", "connected"]);
});

it.each(["once", "reconcilable"] as const)(
  "F-TOOL-09 whether a call that is %s has happened is unknown when its server dies",
  async (effect) => {
    const reconcile: AnyTool["reconcile"] = () => ({ kind: "unknown" });
    const { call } = await server([definition("die")], { settings: { die: { effect, reconcile } } });
    expect(await codeOf(call("die"))).toBe("effect.unknown");
  },
);

it("a server that is lost again is started again after twice the wait", async () => {
  const { call, place } = await server([definition("die"), definition("echo")], { limits: { reconnectMs: 100 } });
  const waits: number[] = [];
  for (let n = 0; n < 3; n++) {
    const from = performance.now();
    expect(await codeOf(call("die"))).toBe("effect.unknown");
    waits.push(performance.now() - from);
  }
  expect(waits[1]).toBeGreaterThan(95);
  expect(waits[2]).toBeGreaterThan(195);
  await call("echo");
  expect(place.log().filter((line) => line.startsWith("start"))).toHaveLength(4);
});

it("F-TOOL-11 a server that says over and over that it has changed is asked once at a time", async () => {
  const { call, place } = await server([definition("storm"), definition("echo")]);
  await call("storm");
  await call("echo");
  expect(place.log().filter((line) => line === "list").length).toBeLessThan(20);
});

it("F-TOOL-11 a server that never stops writing is cut off, and its process is ended", async () => {
  for (const name of ["endless", "frames"]) {
    const { call, place, events } = await server([definition(name)], { limits: { messageBytes: 262_144 } });
    expect(await codeOf(call(name))).toBe("effect.unknown");
    const pid = place.pid();
    await until(() => !isAlive(pid), "the process gone");
    expect(events.at(-1)).toMatchObject({ kind: "disconnected", reason: expect.stringMatching(/it sends more than/) });
  }
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it("what a server sends and nobody can read is passed over, and counted", async () => {
  const { call, events } = await server([definition("garbage")]);
  expect(await call("garbage", { message: "through" })).toEqual({ text: "through" });
  expect(events.filter(({ kind }) => kind === "malformed")).toHaveLength(3);
});

it("F-TOOL-02 a call that is stopped is cancelled at the server, which may be used again", async () => {
  const { call, place } = await server([definition("hang"), definition("echo")]);
  const stop = new AbortController();
  const stopped = codeOf(call("hang", {}, context({ signal: stop.signal })));
  await until(() => place.calls() === 1, "the call begun");
  stop.abort();
  await stopped;
  await until(() => place.log().some((line) => line.startsWith("cancelled")), "the call cancelled");
  const pid = place.pid();
  await call("echo");
  expect(place.pid()).toBe(pid);
});

it("F-TOOL-03 a server that has stopped answering is found out by a call that was given up, and is started anew", async () => {
  const limits = { answerMs: 3_000, reconnectMs: 1 };
  const { call, place, events } = await server([definition("hang"), definition("echo")], { limits });
  const stop = new AbortController();
  const stopped = codeOf(call("hang", {}, context({ signal: stop.signal })));
  await until(() => place.calls() === 1, "the call begun");
  const pid = place.pid();
  process.kill(pid, "SIGSTOP");
  stop.abort();
  await stopped;
  await until(() => events.some(({ kind }) => kind === "disconnected"), "it was cut off");
  await until(() => !isAlive(pid), "the process gone");
  expect(await call("echo", { message: "again" })).toEqual({ text: "again" });
});

it("a server that cannot be started, or hangs in its beginning, is an error that says so", async () => {
  const open = (command: string, args: readonly string[]) =>
    connected({
      name: "s",
      transport: { kind: "stdio", command, args },
      pins: "on-first-use",
      limits: { answerMs: 300 },
    });
  await expect(open("/no/such/server", [])).rejects.toMatchObject({
    code: "tool.unavailable",
    message: expect.stringMatching(/MCP server "s".*ENOENT/),
  });
  await expect(open(process.execPath, ["-e", "setInterval(() => {}, 1000)"])).rejects.toMatchObject({
    code: "tool.unavailable",
    message: expect.stringMatching(/timed out/),
  });
});

it("a list of tools that does not end is no list", async () => {
  const place = small([definition("echo")], { pages: "always" });
  const open = connected({ name: "s", transport: place.transport, pins: "on-first-use" });
  await expect(open).rejects.toMatchObject({
    code: "tool.unavailable",
    message: expect.stringMatching(/does not end/),
  });
});

it("F-TOOL-01 an error of the server is a failure of the tool, in its words", async () => {
  const { call } = await server([definition("error"), definition("gone")]);
  await expect(call("error")).rejects.toMatchObject({ code: "tool.rejected", message: "it did not work" });
  await expect(call("gone")).rejects.toMatchObject({
    code: "tool.rejected",
    message: expect.stringMatching(/no tool/),
  });
});

it("F-TOOL-07 an answer that is none, or not as the tool's schema says, is a failure", async () => {
  const outputSchema = { type: "object", properties: { degrees: { type: "number" } }, required: ["degrees"] };
  const { call } = await server([definition("wrong", { outputSchema }), definition("nonsense"), definition("half")]);
  await expect(call("wrong")).rejects.toMatchObject({ code: "tool.failed", message: expect.stringMatching(/degrees/) });
  expect(await codeOf(call("nonsense"))).toBe("effect.unknown");
  expect(await call("half")).toEqual({ text: "a \ufffd half" });
});

it("F-TOOL-08 an answer that is too long is cut, and says by how much", async () => {
  const { call } = await server([definition("big", { inputSchema: { type: "object" } })], {
    settings: { big: { openArguments: true } },
    limits: { textLength: 100 },
  });
  expect(await call("big", { length: 250 })).toEqual({ text: "x".repeat(100), cut: { characters: 150 } });
});

it("A-ID-05 a server is given a closed list of the environment, and what is secret of it does not come back", async () => {
  process.env["CANARY_OF_THIS_PROCESS"] = "canary-7f3a";
  try {
    const place = small([definition("env")]);
    const transport = { ...place.transport, env: { MODE: "test" }, secrets: { TOKEN: "hunter-2-hunter" } };
    const made = await connected({ name: "s", transport, pins: "on-first-use" });
    const { text } = (await made.tool("env").run({}, context())) as { readonly text: string };
    expect(text).not.toContain("canary-7f3a");
    expect(text).not.toContain("hunter-2-hunter");
    expect(JSON.parse(text)).toMatchObject({ MODE: "test", TOKEN: "[secret]" });
    const known = ["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "MODE", "TOKEN"];
    expect(Object.keys(JSON.parse(text)).filter((name) => !known.includes(name))).toEqual([]);
  } finally {
    delete process.env["CANARY_OF_THIS_PROCESS"];
  }
});

it("what a server asks of us is refused, and told", async () => {
  const { call, events } = await server([definition("sample"), definition("elicit")]);
  const { text } = (await call("sample")) as { readonly text: string };
  expect(text.match(/does not offer/g)).toHaveLength(2);
  await call("elicit");
  expect(events.filter(({ kind }) => kind === "refused")).toEqual([
    { kind: "refused", method: "sampling/createMessage" },
    { kind: "refused", method: "roots/list" },
    { kind: "refused", method: "elicitation/create" },
  ]);
});

it("what a server wants to know goes to a person where the application says how, and an error there is no yes", async () => {
  const asked: string[] = [];
  const first = await server([definition("elicit")], {
    elicit: async ({ server, message }) => {
      asked.push(`${server}: ${message}`);
      return { action: "accept", content: { name: "Ann" } };
    },
  });
  expect(await first.call("elicit")).toMatchObject({ text: expect.stringMatching(/"accept".*"Ann"/) });
  expect(asked).toEqual(["s: Who are you?"]);
  const second = await server([definition("elicit")], { elicit: () => Promise.reject(new Error("nobody there")) });
  expect(await second.call("elicit")).toMatchObject({ text: '{"action":"cancel"}' });
});
