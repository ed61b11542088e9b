/** What a token opens, and what opens nothing. */
import { describe, expect, it } from "vitest";
import { Attempts } from "../../../src/adapters/http/door/attempts.ts";
import { Credentials, newToken } from "../../../src/adapters/http/door/credentials.ts";
import { ROUTES } from "../../../src/adapters/http/routes.ts";
import { about, BODIES } from "../../support/route-requests.ts";
import { ask, lines, raw, servedRuns, statusesIn } from "../../support/served-runs.ts";

describe("without a token", () => {
  it("A-HTTP-09 no route there is says anything", async () => {
    const served = await servedRuns({ exportRun: async () => "<p>" });
    expect(ROUTES.length).toBeGreaterThan(15);
    for (const { method, path } of ROUTES) {
      for (const authorization of ["", `Bearer ${newToken()}`, "Bearer ", `Basic ${served.token}`, served.token]) {
        const headers = { authorization, "x-bailiwick-approver": "" };
        const answer = await ask(served, about(path), { method, headers, body: BODIES[path] });
        expect([401, 429], `${method} ${path}`).toContain(answer.status);
        expect(answer.text).not.toContain("secret");
      }
    }
    const { asked, decided, steered } = served.shown;
    expect([asked, decided, steered]).toEqual([[], [], []]);
  });

  it("A-HTTP-09 no path under /v1 says whether there is something, by any method or spelling", async () => {
    const served = await servedRuns();
    const paths = [
      "/v1",
      "/v1/",
      "/v1/nothing",
      "/V1/runs",
      "/v1//runs",
      "/v1/runs/",
      "/v1/%72uns",
      "/%761/runs",
      "/v1/../v1/runs",
      "/v1/stream",
      "/inspect/x",
      "/inspect",
      "/v1/health",
    ];
    for (const method of ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
      for (const path of paths) {
        const request = [
          `${method} ${path} HTTP/1.1`,
          `Host: 127.0.0.1:${served.port}`,
          "Content-Type: application/json",
          "Connection: close",
        ];
        const [status = 0] = statusesIn(await raw(served, lines(...request)));
        expect([401, 404, 429], `${method} ${path}`).toContain(status);
        if (/^\/v1(?:\/|$)/.test(path)) expect(status, `${method} ${path}`).not.toBe(404);
      }
    expect(served.shown.asked).toEqual([]);
  });

  it("A-HTTP-09 every route the server has stands in the table", async () => {
    const served = await servedRuns();
    for (const { method, path, access } of ROUTES) {
      expect(path.startsWith("/v1/")).toBe(true);
      expect(access).toBe(method === "GET" ? "viewer" : "approver");
    }
    // With all tokens, what is not in the table is not there.
    for (const method of ["GET", "POST", "PUT", "DELETE"])
      for (const path of ["/v1/nothing", "/v1/decisions/1", "/v1/runs/run_a", "/v1/runs/run_a/delete"])
        expect((await ask(served, path, { method, body: method === "GET" ? undefined : {} })).status).toBe(404);
  });
});

describe("a wrong token", () => {
  it("A-HTTP-07 is one of 256 bits that fit", () => {
    const tokens = Array.from({ length: 1_000 }, newToken);
    expect(new Set(tokens).size).toBe(1_000);
    for (const token of tokens) expect(Buffer.from(token, "base64url")).toHaveLength(32);
    const held = new Credentials<string>();
    for (const token of tokens) held.add(token, token);
    const [first = "", last = ""] = [tokens[0], tokens.at(-1)];
    expect([first, last, `${first.slice(0, -1)}~`, "", first.slice(1)].map((one) => held.holderOf(one))).toEqual([
      first,
      last,
      undefined,
      undefined,
      undefined,
    ]);
    expect(JSON.stringify([held, ...Object.values(held)])).not.toContain(first);
  });

  it("A-HTTP-07 shuts out its sender for a while, this machine not excepted, with the right one too", async () => {
    const served = await servedRuns({ limits: { wrongTokens: 5, forgiveMs: 60_000 } });
    const request = (token: string) =>
      lines(
        "GET /v1/runs HTTP/1.1",
        `Host: 127.0.0.1:${served.port}`,
        `Authorization: Bearer ${token}`,
        "Connection: close",
      );
    const statuses: number[] = [];
    for (let tries = 0; tries < 7; tries++) statuses.push(...statusesIn(await raw(served, request(newToken()))));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const right = await raw(served, request(served.token));
    expect(statusesIn(right)).toEqual([429]);
    expect(right).toMatch(/^retry-after: \d+\r$/m);
    expect(served.warnings).toEqual(["wrong tokens come from 127.0.0.1; more are not listened to"]);
    expect(served.shown.asked).toEqual([]);
  });

  it("A-HTTP-07 is forgiven with time, one after the other, by each address apart", () => {
    let now = 0;
    const attempts = new Attempts({ wrongTokens: 3, forgiveMs: 1_000 }, () => now);
    const strange = () => ({}) as never;
    for (let tries = 0; tries < 3; tries++) attempts.wrong("127.0.0.1", strange());
    expect(attempts.wait("127.0.0.1", strange())).toBe(1_000);
    expect(attempts.wait("::1", strange())).toBe(1_000);
    expect(attempts.wait("::ffff:127.0.0.5", strange())).toBe(1_000);
    expect(attempts.wait("10.0.0.1", strange())).toBe(0);
    now = 1_001;
    expect(attempts.wait("127.0.0.1", strange())).toBe(0);
    attempts.wrong("127.0.0.1", strange());
    expect(attempts.wait("127.0.0.1", strange())).toBeGreaterThan(0);
    now = 10_000;
    expect(attempts.wait("127.0.0.1", strange())).toBe(0);
  });

  it("A-HTTP-07 of others does not shut out a connection that has shown right ones only", () => {
    const attempts = new Attempts({ wrongTokens: 1, forgiveMs: 1_000 }, () => 0);
    const [known, other] = [{} as never, {} as never];
    attempts.right(known);
    attempts.wrong("::1", other);
    expect([attempts.wait("::1", known), attempts.wait("::1", other)]).toEqual([0, 1_000]);
    attempts.wrong("::1", known);
    expect(attempts.wait("::1", known)).toBeGreaterThan(0);
  });

  it("A-HTTP-07 of ever new addresses takes no memory without end", () => {
    const attempts = new Attempts({ wrongTokens: 2, forgiveMs: 1_000 }, () => 0);
    for (let n = 0; n < 5_000; n++) attempts.wrong(`10.0.${n >> 8}.${n & 255}`, {} as never);
    expect(attempts.wait("10.9.9.9", {} as never)).toBeGreaterThan(0);
    expect(attempts.wait("10.0.0.1", {} as never)).toBe(0);
  });
});
