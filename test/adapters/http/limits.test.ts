/** How much of the server one caller, or all of them, can take up. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { Served } from "../../../src/adapters/http.ts";
import { ask, lines, raw, servedRuns, statusesIn, tokensOf } from "../../support/served-runs.ts";
import { shownRuns } from "../../support/shown-runs.ts";

const headOf = (served: Served, ...more: readonly string[]): readonly string[] => [
  "POST /v1/decisions HTTP/1.1",
  `Host: 127.0.0.1:${served.port}`,
  ...Object.entries(tokensOf(served)).map(([name, value]) => `${name}: ${value}`),
  "Content-Type: application/json",
  ...more,
];

const MEGABYTE = 1_048_576;

describe("a body", () => {
  it("A-HTTP-10 of more than a megabyte is refused before it is read", async () => {
    const served = await servedRuns();
    const heard = await raw(served, lines(...headOf(served, `Content-Length: ${1e12}`, "Connection: close")));
    expect(statusesIn(heard)).toEqual([413]);
    expect((await ask(served, "/v1/decisions", { method: "POST", body: `"${"x".repeat(MEGABYTE)}"` })).status).toBe(
      413,
    );
    // Just as much as may be: read, and found to be no decision.
    const most = await ask(served, "/v1/decisions", { method: "POST", body: `"${"x".repeat(MEGABYTE - 2)}"` });
    expect([most.status, most.json.code]).toEqual([400, "value.invalid"]);
  });

  it("A-HTTP-10 of unknown length is read no further than that", async () => {
    const served = await servedRuns();
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    const heard = await raw(served, lines(...headOf(served, "Transfer-Encoding: chunked")) + chunk.repeat(18));
    expect(statusesIn(heard)).toEqual([413]);
  });

  it("A-HTTP-10 is not read of whoever has no token", async () => {
    const served = await servedRuns();
    const request = ["POST /v1/decisions HTTP/1.1", `Host: 127.0.0.1:${served.port}`, "Content-Type: application/json"];
    // Nothing of it is sent: the answer does not wait for it.
    const heard = await raw(served, lines(...request, "Content-Length: 1000", "Connection: close"));
    expect(statusesIn(heard)).toEqual([401]);
  });

  it.each([
    "",
    "{",
    "[]",
    "null",
    '"text"',
    "{}",
    '{"requestId":1}',
    "\ufeff{}",
    '{"requestId":"run_a:x","digest":"d","decision":"delete"}',
  ])("that is no decision is told so: %j", async (body) => {
    const served = await servedRuns();
    const answer = await ask(served, "/v1/decisions", { method: "POST", body });
    expect([400, 404]).toContain(answer.status);
    expect(answer.json).toEqual({ code: expect.any(String), message: expect.any(String) });
    expect(served.shown.decided).toEqual([]);
  });
});

describe("a slow request", () => {
  const opened = (served: Served, text: string): Promise<readonly [ms: number, heard: string]> =>
    new Promise((resolve) => {
      const since = performance.now();
      const socket: Socket = connect({ port: served.port, host: "127.0.0.1" });
      let heard = "";
      socket.setEncoding("latin1").on("data", (part: string) => {
        heard += part;
      });
      const dripping = setInterval(() => socket.write("x"), 20);
      socket.on("error", () => {});
      socket.on("close", () => {
        clearInterval(dripping);
        resolve([performance.now() - since, heard]);
      });
      socket.write(text);
    });

  it("A-HTTP-10 that drips headers, or a body, or says nothing, is cut off in time", async () => {
    const served = await servedRuns({ limits: { headersMs: 100, requestMs: 300, idleMs: 400 } });
    const ends = await Promise.all([
      opened(served, "GET /v1/runs HTTP/1.1\r\nX: "),
      opened(served, lines(...headOf(served, "Content-Length: 10000"))),
      opened(served, ""),
    ]);
    for (const [ms, heard] of ends) {
      expect(ms).toBeLessThan(3_000);
      expect(statusesIn(heard).filter((status) => status < 400)).toEqual([]);
    }
    expect((await ask(served, "/v1/version")).status).toBe(200);
  });

  it("A-HTTP-10 is one of so many connections, of so large headers", async () => {
    const served = await servedRuns({ limits: { maxConnections: 5 } });
    const open = Array.from({ length: 5 }, () => connect({ port: served.port, host: "127.0.0.1" }));
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    expect(await raw(served, lines("GET / HTTP/1.1", `Host: 127.0.0.1:${served.port}`))).toBe("");
    for (const socket of open) socket.destroy();
    await expect.poll(async () => (await ask(served, "/v1/version").catch(() => undefined))?.status).toBe(200);
    const heard = await raw(
      served,
      lines("GET / HTTP/1.1", `Host: 127.0.0.1:${served.port}`, `X: ${"x".repeat(20_000)}`),
    );
    expect(statusesIn(heard)).toEqual([431]);
  });

  it("A-HTTP-10 that is answered and does not read is cut off, too", async () => {
    const served = await servedRuns({
      limits: { idleMs: 100, maxConnections: 1 },
      exportRun: async () => "x".repeat(30 * MEGABYTE),
    });
    const socket = connect({ port: served.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    let heard = 0;
    socket.write(lines("GET /v1/runs/run_a/export HTTP/1.1", ...headOf(served).slice(1, 3)));
    await once(socket, "readable");
    // The one connection that may be: another is let in once it is gone.
    await expect.poll(async () => (await ask(served, "/").catch(() => undefined))?.status).toBe(200);
    socket.on("data", (part: Buffer) => {
      heard += part.length;
    });
    await once(socket, "close");
    expect(heard).toBeLessThan(30 * MEGABYTE);
  });

  it("is no reason to wait for it when the server closes", async () => {
    const served = await servedRuns();
    const socket = connect({ port: served.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    await new Promise((resolve) => socket.once("connect", resolve));
    await served.close();
    await served.close();
  });
});

describe("a question", () => {
  it.each([
    "rows?limit=501",
    "rows?limit=0",
    "rows?limit=x",
    "rows?from=-1",
    "rows?from=1.5",
    "rows?from=1e3",
    "overview?buckets=99999",
    "moment?seq=0",
    "moment?seq=",
    "sequence",
    "sequence?from=5&to=4",
    "sequence?from=1&to=9999",
    "difference?from=1",
    "why/x",
    "why/0",
    "why/1.5",
    `rows?search=${"x".repeat(300)}`,
    `actors/${"x".repeat(600)}`,
  ])("that asks too much, or not clearly, is told so: %s", async (path) => {
    const served = await servedRuns();
    const answer = await ask(served, `/v1/runs/run_a/${path}`);
    expect([answer.status, answer.json.code]).toEqual([400, "value.invalid"]);
    expect(served.shown.asked).toEqual([]);
  });

  it("that cannot be read as an address is no fault of the server", async () => {
    const served = await servedRuns();
    const paths = [
      "/v1/runs/%/moment",
      "/v1/runs/%E0%A4%A/moment",
      "/v1/runs/%00/moment",
      "/v1/runs/%ff/why/1",
      "/%",
      "/v1/runs?search=%",
    ];
    for (const path of paths) {
      const heads = ["Host", "authorization"].map((name) => [
        name,
        { Host: `127.0.0.1:${served.port}`, ...tokensOf(served) }[name],
      ]);
      const request = lines(
        `GET ${path} HTTP/1.1`,
        ...heads.map(([name, value]) => `${name}: ${value}`),
        "Connection: close",
      );
      const [status = 0] = statusesIn(await raw(served, request));
      expect([200, 400, 404], path).toContain(status);
    }
    expect(served.warnings).toEqual([]);
  });

  it("for an actor that has gone is answered with null: whoever follows a run asks for some that have just ended", async () => {
    const shown = shownRuns();
    const gone = { ...shown, inspection: { ...shown.inspection, actor: async () => undefined } };
    const served = await servedRuns({}, gone);
    const { status, json } = await ask(served, "/v1/runs/run_a/actors/pay%231");
    expect([status, String(json)]).toEqual([200, "null"]);
  });

  it("reaches the port as it was asked", async () => {
    const served = await servedRuns();
    const paths = [
      "/v1/runs?status=suspended&search=a%20b&before=5&limit=7",
      "/v1/runs/run_a/rows?from=3&limit=9&marks=loop,denied&actor=a%231%2F0&search=x&backwards=true",
      "/v1/runs/run_a/overview?buckets=10",
      "/v1/runs/run_a/moment",
      "/v1/runs/run_a/moment?seq=4",
      "/v1/runs/run_a/actors/pay%231%2F0%2Fapprove%2F0?seq=2",
      "/v1/runs/run_a/sequence?from=1&to=20",
      "/v1/runs/run_a/difference?from=0&to=2",
      "/v1/runs/run_a/why/3",
      "/v1/runs/run_a/chain",
      "/v1/runs/run_a/charts/mind%3Awriter",
    ];
    for (const path of paths) expect((await ask(served, path)).status, path).toBe(200);
    expect(served.shown.asked).toEqual([
      ["runs", { status: "suspended", search: "a b", before: 5, limit: 7 }],
      ["rows", "run_a", { from: 3, limit: 9, marks: ["loop", "denied"], actor: "a#1/0", search: "x", backwards: true }],
      ["overview", "run_a", 10],
      ["moment", "run_a", undefined],
      ["moment", "run_a", 4],
      ["actor", "run_a", "pay#1/0/approve/0", 2],
      ["sequence", "run_a", 1, 20],
      ["difference", "run_a", 0, 2],
      ["why", "run_a", 3],
      ["chain", "run_a"],
      ["chart", "run_a", "mind:writer"],
    ]);
    expect((await ask(served, "/v1/runs/run_none/moment")).json.code).toBe("run.unknown");
    expect((await ask(served, "/v1/runs?status=odd")).status).toBe(400);
  });
});
