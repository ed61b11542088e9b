/** Whose word a decision is, and which runs a token is for. */
import { describe, expect, it } from "vitest";
import { newToken } from "../../../src/adapters/http/door/credentials.ts";
import { ROUTES } from "../../../src/adapters/http/routes.ts";
import { serve } from "../../../src/adapters/http.ts";
import { about, BODIES, decision } from "../../support/route-requests.ts";
import { ask, servedRuns } from "../../support/served-runs.ts";
import { shownRuns } from "../../support/shown-runs.ts";

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
