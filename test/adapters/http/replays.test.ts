/** Requests that come again. */
import { describe, expect, it } from "vitest";
import type { Decision } from "../../../src/contracts/approvals.ts";
import { decision } from "../../support/route-requests.ts";
import { ask, newKey, servedRuns } from "../../support/served-runs.ts";
import { shownRuns } from "../../support/shown-runs.ts";

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
