/**
 * Reading: every panel can be read by everybody (WCAG 2 AA, in light and in dark), and on a desk and on a phone nothing
 * lies over anything else, and nothing is cut.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Served } from "../../src/adapters/http.ts";
import { misplaced } from "../support/browser/geometry.ts";
import { office } from "../support/browser/office.ts";
import { inChromium, type WatchedPage } from "../support/browser/pages.ts";
import { addressOf, served } from "../support/browser/showing.ts";

const pages = inChromium();
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const PANELS = [
  ["chart", "questions"],
  ["actors", "findings"],
  ["plan", "why"],
  ["sequence", "budget"],
  ["journal", "board"],
  ["difference", "questions"],
] as const;

interface Subject {
  readonly server: Served;
  readonly places: readonly string[];
}

/** A run of which every panel has something to show: it has come to a call that waits for a yes. */
async function subject(): Promise<Subject> {
  const { orchestrator } = office();
  onTestFinished(() => orchestrator.stop());
  const run = await orchestrator.start({ objective: "all" });
  for (const question of (await run.result).pendingApprovals)
    await orchestrator.decide({
      requestId: question.id,
      digest: question.digest,
      decision: "answer",
      value: "main",
      by: "maria",
    });
  const { pendingApprovals } = await run.result;
  expect(pendingApprovals).toHaveLength(1);
  const server = await served(orchestrator);
  const query = ([tab, side]: (typeof PANELS)[number]) => `/run/${run.id}?tab=${tab}&side=${side}&a=1&b=12`;
  return { server, places: ["/", "/inbox", ...PANELS.map(query)] };
}

async function go(page: WatchedPage, place: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
  await page.waitForTimeout(200);
  await expect.poll(() => page.locator(".skeleton, :text('Laying the')").count(), { timeout: 15_000 }).toBe(0);
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

async function violations(page: WatchedPage): Promise<readonly string[]> {
  const options = JSON.stringify({ runOnly: LEVELS, resultTypes: ["violations"] });
  const found = (await page.evaluate(
    `axe.run(document, ${options}).then(({ violations }) => violations)`,
  )) as readonly Violation[];
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)}: ${failureSummary}`),
  );
}

describe.each(["light", "dark"] as const)("in the %s", (colorScheme) => {
  it("has no fault of WCAG 2 AA in any panel", async () => {
    const { server, places } = await subject();
    const page = await pages.open(addressOf(server, "/"), { colorScheme, reducedMotion: "reduce" });
    await page.evaluate(AXE);
    const faults: string[] = [];
    for (const place of places) {
      await go(page, place);
      faults.push(...(await violations(page)).map((fault) => `${place.replace(/run_[\w-]+/, "run")} ${fault}`));
    }
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    faults.push(...(await violations(page)).map((fault) => `help ${fault}`));
    expect(faults).toEqual([]);
  });
});

describe.each([
  ["on a desk", { width: 1280, height: 800 }],
  ["on a phone", { width: 390, height: 844 }],
] as const)("%s", (_, viewport) => {
  it("nothing lies over anything else, and nothing is cut", async () => {
    const { server, places } = await subject();
    const page = await pages.open(addressOf(server, "/"), { viewport, reducedMotion: "reduce" });
    const faults: string[] = [];
    for (const place of places) {
      await go(page, place);
      faults.push(...(await misplaced(page)).map((fault) => `${place.replace(/run_[\w-]+/, "run")}: ${fault}`));
      if (process.env["LOOK"] !== undefined)
        await page.screenshot({
          path: `${process.env["LOOK"]}/${viewport.width}${place.replaceAll(/\W+|run_[\w-]+/g, "-")}.png`,
        });
    }
    expect(faults).toEqual([]);
  });
});
