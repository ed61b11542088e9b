/** Who may ask at all: names, origins, and the framing of requests, on raw sockets. */
import { describe, expect, it } from "vitest";
import { ask, lines, raw, servedRuns, statusesIn, tokensOf } from "../../support/served-runs.ts";
import { shownRuns } from "../../support/shown-runs.ts";

const get = (path: string, ...headers: readonly string[]): string =>
  lines(`GET ${path} HTTP/1.1`, ...headers, "Connection: close");

describe("Host", () => {
  it.each([
    "evil.com:PORT",
    "evil.com",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.0.0.1:PORT.evil.com",
    "evil.com:127.0.0.1:PORT",
    "127.0.0.2:PORT",
    "127.1:PORT",
    "2130706433:PORT",
    "0.0.0.0:PORT",
    "localhost.evil.com:PORT",
    "LOCALHOST:PORT.",
    "[::1:PORT",
    "user@127.0.0.1:PORT",
    "127.0.0.1:PORT/",
    "127.0.0.1:0PORT",
    "",
  ])("A-HTTP-01 of another name is misdirected, before routes and tokens: %j", async (host) => {
    const served = await servedRuns();
    const name = `Host: ${host.replace("PORT", String(served.port))}`;
    const { authorization } = tokensOf(served);
    for (const path of ["/", "/v1/runs", "/v1/nothing", "/inspect/x"]) {
      expect(statusesIn(await raw(served, get(path, name)))).toEqual([421]);
      expect(statusesIn(await raw(served, get(path, name, `Authorization: ${authorization}`)))).toEqual([421]);
    }
    expect(served.shown.asked).toEqual([]);
  });

  it("A-HTTP-01 missing, or there twice, is misdirected", async () => {
    const served = await servedRuns();
    const own = `Host: 127.0.0.1:${served.port}`;
    expect(statusesIn(await raw(served, get("/")))).toEqual([421]);
    expect(statusesIn(await raw(served, lines("GET / HTTP/1.0")))).toEqual([421]);
    expect(statusesIn(await raw(served, get("/", own, own)))).toEqual([421]);
    expect(statusesIn(await raw(served, get("/", own, "Host: evil.com")))).toEqual([421]);
    expect(statusesIn(await raw(served, get("/", own)))).toEqual([200]);
  });

  it("A-HTTP-01 in the request line counts no more than in the header", async () => {
    const served = await servedRuns();
    const own = `Host: 127.0.0.1:${served.port}`;
    for (const target of [`http://evil.com/v1/runs`, "//evil.com/v1/runs", "*", `http://127.0.0.1:${served.port}/`])
      expect(statusesIn(await raw(served, get(target, own))), target).toEqual([421]);
  });

  it("A-HTTP-01 of an upgrade is looked at, too", async () => {
    const served = await servedRuns({}, { ...shownRuns(), feed: { connect: () => undefined } });
    const upgrade = ["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
    for (const path of ["/v1/stream", new URL(served.feedUrl ?? "").pathname]) {
      const request = lines(`GET ${path} HTTP/1.1`, "Host: evil.com", "Connection: Upgrade", ...upgrade);
      expect(statusesIn(await raw(served, request))).toEqual([421]);
    }
  });
});

describe("a page of another origin", () => {
  const origins = [
    "http://evil.com",
    "null",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "https://OWN",
    "http://OWN.evil.com",
    "http://localhost:PORT",
    "file://",
  ];

  it.each(origins)("A-HTTP-03 is refused and allowed nothing: %s", async (origin) => {
    const served = await servedRuns();
    const named = origin.replace("OWN", `127.0.0.1:${served.port}`).replace("PORT", String(served.port));
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const answer = await ask(served, "/v1/runs", { method, headers: { origin: named } });
      expect(answer.status).toBe(403);
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
    expect(served.shown.asked).toEqual([]);
  });

  it("A-HTTP-03 is never allowed by a header, and its own needs none", async () => {
    const served = await servedRuns();
    for (const origin of [served.url, ""]) {
      const answer = await ask(served, "/v1/runs", { headers: { origin } });
      expect(answer.status).toBe(200);
      expect([...answer.headers.keys()].filter((name) => /access-control|set-cookie/.test(name))).toEqual([]);
    }
  });

  it("A-HTTP-02 cannot post what needs no permission: other types than JSON are 415", async () => {
    const served = await servedRuns();
    const types = [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "",
      "text/json",
      "application/json; charset=utf-16",
      "application/json, text/plain",
    ];
    for (const type of types)
      for (const path of ["/v1/decisions", "/v1/runs/run_a/control", "/v1/nothing", "/"]) {
        const posted = await ask(served, path, { method: "POST", headers: { "content-type": type }, body: "{}" });
        // `fetch` names a type of its own where none is given.
        expect(posted.status, `${type} to ${path}`).toBe(415);
      }
    expect(served.shown.decided).toEqual([]);
  });

  it.each(["cross-site", "same-site"])("A-HTTP-02 is known by Sec-Fetch-Site: %s", async (site) => {
    const served = await servedRuns();
    const headers = [`Host: 127.0.0.1:${served.port}`, `Sec-Fetch-Site: ${site}`];
    const visit = ["Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
    const status = async (path: string, ...more: readonly string[]) =>
      statusesIn(await raw(served, get(path, ...headers, ...more)));
    expect(await status("/v1/runs")).toEqual([403]);
    expect(await status("/v1/runs", ...visit)).toEqual([403]);
    expect(await status("/v1", ...visit)).toEqual([403]);
    expect(await status("/")).toEqual([403]);
    // A link to the page, from wherever, shows the page; not in a frame.
    expect(await status("/", ...visit)).toEqual([200]);
    expect(await status("/", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe")).toEqual([403]);
  });
});

describe("framing", () => {
  const framed = async (...text: readonly string[]) => {
    const served = await servedRuns();
    const { authorization } = tokensOf(served);
    const before = [
      `POST /v1/decisions HTTP/1.1`,
      `Host: 127.0.0.1:${served.port}`,
      `Authorization: ${authorization}`,
      "Content-Type: application/json",
    ];
    const heard = await raw(served, [...before, ...text].join("\r\n"));
    expect(served.shown.asked).toEqual([]);
    return statusesIn(heard);
  };
  const smuggled = "GET /v1/runs HTTP/1.1\r\nHost: x\r\n\r\n";

  it.each([
    ["both lengths", ["Content-Length: 4", "Transfer-Encoding: chunked", "", `0\r\n\r\n${smuggled}`]],
    ["two lengths", ["Content-Length: 0", "Content-Length: 44", "", smuggled]],
    ["a length that is none", ["Content-Length: +4", "", "{}{}"]],
    ["an odd coding", ["Transfer-Encoding: xchunked", "", `0\r\n\r\n${smuggled}`]],
    ["a coding twice", ["Transfer-Encoding: chunked, identity", "", `0\r\n\r\n${smuggled}`]],
    ["a space before the colon", ["Transfer-Encoding : chunked", "", `0\r\n\r\n${smuggled}`]],
    ["a folded header", ["X: a", " Transfer-Encoding: chunked", "", `0\r\n\r\n${smuggled}`]],
    ["a chunk size that is none", ["Transfer-Encoding: chunked", "", `0x2\r\n{}\r\n0\r\n\r\n${smuggled}`]],
    ["a lone line feed in a header", ["X: a\nTransfer-Encoding: chunked", "", `0\r\n\r\n${smuggled}`]],
  ])("A-HTTP-13 that is ambiguous ends the connection, and nothing behind it is read: %s", async (_, text) => {
    expect(await framed(...text)).toEqual([400]);
  });
});
