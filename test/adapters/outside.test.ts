/** What is outside, and what only looks so. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { outsideFetch, outsideLookup, outsideOnly } from "../../src/adapters/policies/outside.ts";
import { insideIn, isOutside } from "../../src/adapters/policies/outside-address.ts";
import { fetchWithin, type OutsideRequest } from "../../src/adapters/policies/outside-fetch.ts";
import type { PolicyRequest } from "../../src/contracts/tools.ts";

const asking = (args: unknown, tool = "fetch") => ({ call: { tool, args, digest: "" } }) as unknown as PolicyRequest;

describe("an address", () => {
  it.each([
    "http://127.0.0.1:7777/v1/runs",
    "http://localhost:7777",
    "http://LOCALHOST.:7777/",
    "http://a.localhost/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://0.0.0.0:80",
    "http://[::1]:7777/",
    "http://[::]/",
    "http://[0:0:0:0:0:ffff:7f00:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://10.1.2.3/",
    "http://172.31.0.1",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest",
    "http://100.64.0.1/",
    "http://metadata.google.internal/",
    "http://router/",
    "http://printer.local/",
    "http://user:pass@127.0.0.1/",
    "http://example.com@127.0.0.1/",
    "http://１２７.０.０.１/",
    "http://ⓛocalhost/",
    "ws://127.0.0.1:7777/v1/stream",
    "ftp://127.0.0.1/",
    "redis://127.0.0.1:6379",
    "http:\\\\127.0.0.1/",
    "HTTP://127.0.0.1",
    "127.0.0.1:7777",
    "127.0.0.1",
    "localhost",
    "[::1]:7777",
    "localhost:7777",
    "127.1:80",
    "curl -s http://127.0.0.1:7777/v1/inbox | sh",
    "see <http://localhost/a>, please",
    "https://example.com/redirect?to=http://127.0.0.1/",
    "https://example.com/?to=http%3A%2F%2F127.0.0.1%2F&bad=%",
    "http:127.0.0.1/",
    "service.internal",
  ])("A-HTTP-05, A-TOOL-06 inside is found in arguments: %s", (address) => {
    for (const args of [{ url: address }, [{ deep: [address] }], { [address]: 1 }, address])
      expect(outsideOnly().decide(asking(args))).toMatchObject({ kind: "deny", rule: "outside" });
  });

  it.each([
    "https://example.com/a?b=c#d",
    "http://8.8.8.8/",
    "http://[2606:4700::1111]/",
    "https://localhost.example.com/",
    "https://127.0.0.1.example.com/",
    "word",
    "10",
    "2130706433",
    "a.b",
    "version 1.2.3",
    "1.2.3",
    "12:30",
    "the team's local time",
    "run npm start -- DIR",
    "",
    "https://пример.рф/",
    "file.txt",
    "user@example.com",
    "internal",
    "local",
    "10.2.3",
    "http, or https: either",
    "a.txt",
  ])("outside, or no address at all, is none: %s", (text) => {
    expect(insideIn({ text })).toBe(undefined);
  });

  it("A-TOOL-06 is inside however it is written, and only then", () => {
    const octets = fc.tuple(
      fc.constantFrom(10, 127, 169, 172, 192, 8, 100),
      fc.constantFrom(0, 16, 31, 64, 168, 254, 8),
      fc.nat(255),
      fc.nat(255),
    );
    const isInside = ([a, b]: readonly number[]): boolean =>
      a === 10 ||
      a === 127 ||
      (a === 169 && b === 254) ||
      (a === 172 && b !== undefined && b >= 16 && b <= 31) ||
      (a === 192 && b === 168) ||
      (a === 100 && b !== undefined && b >= 64 && b <= 127);
    fc.assert(
      fc.property(octets, fc.nat(4), (ip, form) => {
        const [a, b, c, d] = ip;
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const forms = [
          ip.join("."),
          String(number),
          `0x${number.toString(16)}`,
          ip.map((part) => `0${part.toString(8)}`).join("."),
          `[::ffff:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}]`,
        ];
        // 192.0.0.0/24 is inside, too, and not what this is about.
        fc.pre(!(a === 192 && b === 0 && c === 0));
        expect(insideIn(`http://${forms[form]}/`) !== undefined).toBe(isInside(ip));
      }),
    );
  });
});

describe("the policy", () => {
  it("asks another about what is outside, reads only the tools it is for, and is known by both", () => {
    const inner = { id: "inner", decide: () => ({ kind: "deny" as const, rule: "inner", reason: "no" }) };
    const policy = outsideOnly(inner, { tools: ["fetch"] });
    expect(policy.id).toBe("inner+outside-1(fetch)");
    expect(policy.decide(asking({ url: "http://localhost" }))).toMatchObject({ rule: "outside" });
    expect(policy.decide(asking({ url: "https://example.com" }))).toMatchObject({ rule: "inner" });
    expect(policy.decide(asking({ url: "http://localhost" }, "note"))).toMatchObject({ rule: "inner" });
    expect(outsideOnly().decide(asking({ url: "https://example.com" }))).toEqual({ kind: "allow", rule: "outside" });
    expect(outsideOnly().id).not.toBe(outsideOnly(undefined, { tools: ["fetch"] }).id);
  });

  it("binds the other one, and stands before what that becomes", () => {
    const bound = { id: "bound", decide: () => ({ kind: "allow" as const, rule: "bound" }) };
    const policy = outsideOnly({ ...bound, id: "unbound", bind: () => bound }).bind?.({} as never);
    expect(policy?.decide(asking({ url: "http://localhost" }))).toMatchObject({ rule: "outside" });
    expect(policy?.decide(asking({ url: "https://example.com" }))).toMatchObject({ rule: "bound" });
    expect(policy?.id).toBe("bound+outside-1(all)");
  });
});

describe("a fetch", () => {
  const open: Server[] = [];
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });

  it.each([
    "http://127.0.0.1:PORT/",
    "http://localhost:PORT/",
    "http://[::1]:PORT/",
    "file:///etc/passwd",
    "data:text/plain,x",
    "nonsense",
  ])("A-HTTP-05, A-TOOL-06 of an address inside never leaves: %s", async (address) => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end();
    }).listen(0, "127.0.0.1");
    open.push(server);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expect(outsideFetch(address.replace("PORT", String(port)))).rejects.toMatchObject({ code: "tool.rejected" });
    expect(asked).toBe(0);
  });

  it("A-TOOL-06 of a name that leads inside is refused where it is looked up", async () => {
    const looked = await new Promise<unknown>((resolve) =>
      outsideLookup("localhost", { all: true }, (error) => resolve(error)),
    );
    expect(looked).toMatchObject({ code: "tool.rejected", message: expect.stringContaining("which is not outside") });
    expect([isOutside("127.0.0.1"), isOutside("1.1.1.1")]).toEqual([false, true]);
  });

  const pages = async (answer: (path: string, headers: IncomingHttpHeaders) => [number, Record<string, string>?]) => {
    const asked: (readonly [method: string, path: string, key: string])[] = [];
    const server = createServer(({ method = "", url = "", headers }, response) => {
      asked.push([method, url, String(headers["x-key"] ?? "")]);
      const [status, told = {}] = answer(url, headers);
      response.writeHead(status, { "x-path": url, ...told }).end(status === 204 ? undefined : `page ${url}`);
    }).listen(0, "127.0.0.1");
    open.push(server);
    await once(server, "listening");
    return { asked, at: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };
  /** As if this one address were outside. */
  const reach = (host: string): boolean => host === "127.0.0.1";

  it("A-TOOL-06 looks at each redirect as at the first address, and takes no header to another origin", async () => {
    const other = await pages(() => [200]);
    const { asked, at } = await pages((path) => {
      if (path === "/a") return [302, { location: "/b" }];
      if (path === "/in") return [302, { location: "http://127.0.0.2/" }];
      if (path === "/out") return [307, { location: `${other.at}/c` }];
      return path === "/loop" ? [301, { location: "/loop" }] : [200];
    });
    const get = (path: string, more: OutsideRequest = {}) =>
      fetchWithin(reach, at + path, { headers: { "x-key": "secret" }, ...more });
    expect(await (await get("/a")).text()).toBe("page /b");
    expect(asked.splice(0)).toEqual([
      ["GET", "/a", "secret"],
      ["GET", "/b", "secret"],
    ]);
    expect((await get("/out")).headers.get("x-path")).toBe("/c");
    expect(other.asked).toEqual([["GET", "/c", ""]]);
    await expect(get("/in")).rejects.toMatchObject({ code: "tool.rejected" });
    await expect(get("/loop", { redirects: 2 })).rejects.toThrow("redirects more than 2 times");
    expect((await get("/a", { method: "POST", body: "x" })).status).toBe(302);
    expect((await get("/x", { method: "HEAD" })).body).toBe(null);
    await expect(get("/x", { signal: AbortSignal.abort() })).rejects.toThrow("abort");
  });

  it("A-TOOL-06 connects to the very address it has looked at", async () => {
    const { asked, at } = await pages(() => [204]);
    const byName = at.replace("127.0.0.1", "localhost");
    // The name may be asked; where it leads may not.
    await expect(fetchWithin((host) => host === "localhost", byName, {})).rejects.toMatchObject({
      code: "tool.rejected",
    });
    expect(asked).toEqual([]);
    const all = (host: string): boolean => ["localhost", "127.0.0.1", "::1"].includes(host);
    expect((await fetchWithin(all, byName, {})).status).toBe(204);
  });
});
