/** What a token opens, and what opens nothing. */
import { describe, expect, it } from "vitest";
import { Attempts } from "../../../src/adapters/http/door/attempts.ts";
import { Credentials, newToken } from "../../../src/adapters/http/door/credentials.ts";
import { ROUTES } from "../../../src/adapters/http/routes.ts";
import { serve } from "../../../src/adapters/http.ts";
import type { Decision } from "../../../src/contracts/approvals.ts";
import { ask, lines, newKey, raw, servedRuns, statusesIn } from "../../support/served-runs.ts";
import { question, shownRuns } from "../../support/shown-runs.ts";

/** A path of a route, about a run. */
const about = (path: string, run = "run_a"): string =>
  path.replace(":run", run).replace(":actor", "a%231%2F0").replace(":name", "agent").replace(":seq", "2") +
  "?from=1&to=2";

const decision = (run = "run_a") => ({
  requestId: question(run).id,
  digest: question(run).digest,
  decision: "approve",
});

const BODIES: Readonly<Record<string, unknown>> = {
  "/v1/decisions": decision(),
  "/v1/runs/:run/control": { action: "pause" },
  "/v1/runs/:run/fork": { seq: 2 },
};

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

describe("an approver's credential", () => {
  it("A-HTTP-05 is another than the viewer's, and neither serves as the other", async () => {
    const served = await servedRuns();
    const maria = served.approverTokens["maria"] ?? "";
    const post = { method: "POST", body: decision() };
    const refused = [
      { "x-bailiwick-approver": "" },
      { "x-bailiwick-approver": served.token },
      { "x-bailiwick-approver": `Bearer ${maria}` },
    ];
    for (const headers of refused) {
      const { status, json } = await ask(served, "/v1/decisions", { ...post, headers });
      expect([status, json.code]).toEqual([403, "approver.wrong"]);
    }
    expect(
      (await ask(served, "/v1/decisions", { ...post, headers: { authorization: `Bearer ${maria}` } })).status,
    ).toBe(401);
    expect((await ask(served, "/v1/decisions", { ...post, headers: { authorization: "" } })).status).toBe(401);
    expect(served.shown.decided).toEqual([]);
  });

  it("A-HTTP-05 says who decides; a body that says so is refused", async () => {
    const served = await servedRuns({ approvers: ["maria", "ann"] });
    const forged = await ask(served, "/v1/decisions", { method: "POST", body: { ...decision(), by: "ann" } });
    expect([forged.status, forged.json.message]).toEqual([400, expect.stringContaining("the credential says")]);
    for (const person of ["ann", "maria"]) {
      const headers = { "x-bailiwick-approver": served.approverTokens[person] ?? "" };
      const body = { ...decision(), value: { to: "bob" }, reason: "so", decision: "edit" };
      expect((await ask(served, "/v1/decisions", { method: "POST", headers, body })).json).toEqual({ accepted: true });
      expect(served.shown.decided.at(-1)).toEqual({ ...body, by: person });
      await ask(served, "/v1/runs/run_a/control", {
        method: "POST",
        headers,
        body: { action: "cancel", reason: "so" },
      });
      expect(served.shown.steered.at(-1)).toEqual(["run_a", { action: "cancel", by: person, reason: "so" }]);
    }
    expect(served.shown.decided).toHaveLength(2);
  });

  it("A-HTTP-05 is nobody's where none was given: nothing can be decided", async () => {
    const served = await servedRuns({ approvers: [] });
    expect((await ask(served, "/v1/version")).json.can).toEqual({
      decide: false,
      control: false,
      fork: false,
      export: false,
    });
    expect((await ask(served, "/v1/decisions", { method: "POST", body: decision() })).status).toBe(403);
  });

  it("A-HTTP-05 has a token of its own, or the server does not start", async () => {
    const token = newToken();
    for (const options of [
      { token, approvers: { maria: { token } } },
      { approvers: { ann: { token }, bob: { token } } },
      { token: "short" },
      { token: `${newToken()} \n` },
      { approvers: [""] },
    ])
      await expect(serve(shownRuns(), options)).rejects.toMatchObject({ code: "config.invalid" });
  });
});

describe("a token for some runs", () => {
  const of = (...runs: readonly string[]) => ({ runs: (run: string) => runs.includes(run) });

  it("A-HTTP-11 shows those and no others, on every route, and not whether there are others", async () => {
    const served = await servedRuns({
      viewers: { ann: of("run_a"), bob: of("run_b") },
      exportRun: async (run) => `secret of ${run}`,
    });
    for (const [viewer, own, other] of [
      ["ann", "run_a", "run_b"],
      ["bob", "run_b", "run_a"],
    ] as const) {
      const headers = { authorization: `Bearer ${served.viewerTokens[viewer]}` };
      for (const { method, path } of ROUTES.filter((route) => route.path.includes(":run"))) {
        const asking = { method, headers, body: BODIES[path] };
        expect((await ask(served, about(path, own), asking)).status, `${path} ${own}`).toBe(200);
        const refused = await ask(served, about(path, other), asking);
        const unknown = await ask(served, about(path, "run_none"), asking);
        expect(refused.status, `${path} ${other}`).toBe(404);
        expect(refused.json).toEqual({ code: "run.unknown", message: "there is no such run here" });
        expect(refused.json).toEqual(unknown.json);
      }
      expect((await ask(served, "/v1/runs", { headers })).text).not.toContain(other);
      expect((await ask(served, "/v1/runs", { headers })).text).toContain(own);
      expect((await ask(served, "/v1/inbox", { headers })).text).not.toContain(other);
      expect((await ask(served, "/v1/inbox", { headers })).text).toContain(own);
      const word = await ask(served, "/v1/decisions", { method: "POST", headers, body: decision(other) });
      expect(word.status).toBe(404);
    }
    expect(served.shown.decided).toEqual([]);
  });

  it("A-HTTP-11 of an approver bounds what they decide about, whatever they may see", async () => {
    const served = await servedRuns({ approvers: { maria: of("run_a") } });
    const decide = (run: string) => ask(served, "/v1/decisions", { method: "POST", body: decision(run) });
    expect([(await decide("run_a")).status, (await decide("run_b")).status]).toEqual([200, 404]);
    const steer = (run: string) =>
      ask(served, `/v1/runs/${run}/control`, { method: "POST", body: { action: "pause" } });
    expect([(await steer("run_a")).status, (await steer("run_b")).status]).toEqual([200, 404]);
    expect((await ask(served, "/v1/runs/run_b/overview")).status).toBe(200);
    expect(served.shown.steered).toHaveLength(1);
  });
});

describe("a request that comes again", () => {
  it("A-HTTP-12 with its key is carried out once, also when both are on their way", async () => {
    const served = await servedRuns();
    const headers = { "idempotency-key": newKey() };
    const again = () => ask(served, "/v1/decisions", { method: "POST", headers, body: decision() });
    const answers = await Promise.all([again(), again(), again()]);
    answers.push(await again());
    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(4).fill([200, '{"accepted":true}']));
    expect(served.shown.decided).toHaveLength(1);
  });

  it("A-HTTP-12 with its key and something else in it is refused: 422", async () => {
    const served = await servedRuns();
    const headers = { "idempotency-key": newKey() };
    await ask(served, "/v1/decisions", { method: "POST", headers, body: decision() });
    const other = await ask(served, "/v1/decisions", {
      method: "POST",
      headers,
      body: { ...decision(), decision: "reject" },
    });
    const elsewhere = await ask(served, "/v1/runs/run_a/fork", { method: "POST", headers, body: decision() });
    expect([other.status, elsewhere.status, other.json.code]).toEqual([422, 422, "idempotency.reused"]);
    expect(served.shown.decided).toHaveLength(1);
  });

  it("A-HTTP-12 with another's key is another request", async () => {
    const served = await servedRuns({ approvers: ["maria", "ann"] });
    for (const person of ["maria", "ann"]) {
      const headers = {
        "idempotency-key": "the-same-key",
        "x-bailiwick-approver": served.approverTokens[person] ?? "",
      };
      await ask(served, "/v1/decisions", { method: "POST", headers, body: decision() });
    }
    expect(served.shown.decided.map(({ by }) => by)).toEqual(["maria", "ann"]);
  });

  it("A-HTTP-12 without a key is refused, and so is one that is none", async () => {
    const served = await servedRuns();
    for (const key of ["", "short", "x".repeat(129), "with a space", "ümlaut-key"]) {
      const answer = await ask(served, "/v1/decisions", {
        method: "POST",
        headers: { "idempotency-key": encodeURI(key) },
        body: decision(),
      });
      expect([answer.status, answer.json.code], key).toEqual([400, "idempotency.missing"]);
    }
    expect(served.shown.decided).toEqual([]);
  });

  it("A-HTTP-12 after a fault of the server is carried out", async () => {
    const shown = shownRuns();
    let fails = 1;
    const control = {
      ...shown.control,
      decide: async (given: Decision) => {
        if (fails-- > 0) throw new Error("disk");
        return shown.control.decide(given);
      },
    };
    const served = await servedRuns({}, { ...shown, control });
    const headers = { "idempotency-key": newKey() };
    const again = () => ask(served, "/v1/decisions", { method: "POST", headers, body: decision() });
    const [first, second] = [await again(), await again()];
    expect([first.status, first.json.code, second.status]).toEqual([500, "internal", 200]);
    expect(first.text).not.toContain("disk");
    expect(served.warnings).toEqual(["a request failed: disk"]);
  });
});
