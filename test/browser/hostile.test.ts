/**
 * Hostile: what agents, tools and foreign applications say is shown, and is never anything but text. A corpus of payloads
 * stands in every field they can influence; the page is led through every panel, and nothing runs and nothing is asked for.
 */
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { createOrchestrator, defineAgent, defineTool, watchApplications } from "../../index.ts";
import { isPlain } from "../../src/decisions/visible.ts";
import { mallory, tellHostile } from "../support/browser/mallory.ts";
import { expectQuiet, inChromium, type WatchedPage } from "../support/browser/pages.ts";
import { EVIL, PAYLOADS } from "../support/browser/payloads.ts";
import { addressOf, served } from "../support/browser/showing.ts";

const pages = inChromium();

/** Elements and attributes that no part of the page makes: each would be a payload come to life. */
const ALIVE = [
  "script:not([src^='./assets/'])",
  "iframe, object, embed, img, picture, video, audio, source, base, meta[http-equiv=refresh], link[rel*=prefetch]",
  "foreignObject, math, marquee, template, portal, form[action], animate, set, image, use, handler, x, keygen, isindex",
  "[onerror], [onload], [onclick], [onfocus], [onmouseover], [ontoggle], [onanimationstart], [onbegin], [onpointerenter]",
  "[srcdoc], [formaction], [ping], [background], a[href^='javascript:' i], a[href^='data:' i]",
  `[href*='evil.invalid'], [src*='evil.invalid'], [style*='evil.invalid'], [style*='expression']`,
].join(", ");

async function calls(page: WatchedPage): Promise<string[]> {
  const called: string[] = [];
  await page.exposeFunction("pwned", () => void called.push(page.url()));
  return called;
}

/** Whatever is shown now is text, and none of it hides. */
async function expectText(page: Page, place: string): Promise<void> {
  expect(await page.locator(ALIVE).evaluateAll((all) => all.map((one) => one.outerHTML.slice(0, 200))), place).toEqual(
    [],
  );
  const shown = await page.locator("body").innerText();
  expect(
    shown.split("\n").filter((line) => !isPlain(line.replaceAll("\t", ""))),
    place,
  ).toEqual([]);
}

const go = async (page: Page, hash: string): Promise<void> => {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await expect.poll(() => page.locator(".skeleton").count(), { timeout: 15_000 }).toBe(0);
};

/** Scrolls whatever scrolls to its end, a screen at a time, so that all of a list has been drawn once. */
const leafThrough = (page: Page): Promise<void> =>
  page.evaluate(`(async () => {
    for (const box of document.querySelectorAll("*")) {
      if (box.scrollHeight <= box.clientHeight + 20 || !["auto", "scroll"].includes(getComputedStyle(box).overflowY)) continue;
      for (let y = 0, steps = 0; y < box.scrollHeight && steps < 25; y += box.clientHeight, steps++) {
        box.scrollTop = y;
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }
    }
  })()`);

describe("the corpus", () => {
  it("A-XSS-01 A-XSS-02 A-XSS-03 is alive: a page that takes it for markup runs it, and asks for what it names", async () => {
    const page = await pages.open("about:blank");
    const called = await calls(page);
    await page.route(`${EVIL}/**`, (route) => route.abort());
    for (const payload of PAYLOADS) await page.setContent(`<main>${payload}</main>`).catch(() => undefined);
    await page.waitForTimeout(200);
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
    expect(called.length).toBeGreaterThan(30);
    expect(new Set(page.asked.filter((url) => url.includes("evil.invalid"))).size).toBeGreaterThan(15);
  });
});

describe("what a hostile agent says", () => {
  it("A-XSS-01 A-XSS-02 A-XSS-03 A-XSS-05 A-XSS-08 is text in every panel, and nothing is run or asked for", async () => {
    const orchestrator = mallory(PAYLOADS);
    const run = await orchestrator.start({ objective: `${PAYLOADS[1]} ${PAYLOADS[30]}` });
    expect((await run.result).pendingApprovals.length).toBe(Math.ceil(PAYLOADS.length / 3));
    const server = await served(orchestrator);
    const page = await pages.open(addressOf(server, "/"));
    const called = await calls(page);
    await page.getByText("mallory").first().waitFor();
    await expectText(page, "runs");
    const { head } = await orchestrator.inspection.rows(run.id, { from: 1, limit: 1 });
    const at = (seq: number, tab: string, side: string) => `#/run/${run.id}?seq=${seq}&tab=${tab}&side=${side}`;
    for (const [tab, side] of [
      ["chart", "questions"],
      ["actors", "findings"],
      ["plan", "budget"],
      ["sequence", "board"],
      ["journal", "why"],
    ] as const) {
      await go(page, at(head, tab, side));
      await page.locator(`[data-panel=${tab}]`).waitFor();
      await leafThrough(page);
      await expectText(page, `${tab} ${side}`);
    }
    for (let seq = 2; seq < head; seq += Math.ceil(head / 10)) {
      await go(page, at(seq, "difference", "why"));
      await page.locator("[data-panel=why]").waitFor();
      await expectText(page, `why ${seq}`);
    }
    await go(page, `#/run/${run.id}?a=1&b=${head}&tab=difference&side=board`);
    await leafThrough(page);
    await expectText(page, "difference");
    await go(page, "#/inbox");
    await page.locator("article.question").first().waitFor();
    await leafThrough(page);
    await expectText(page, "inbox");
    // They are there, and to be read.
    expect(await page.getByText("<script>pwned()</script>", { exact: false }).count()).toBeGreaterThan(0);
    expect(called).toEqual([]);
    expectQuiet(page, server.url);
    await orchestrator.stop();
  });

  it("A-XSS-04 is text where a foreign application names its states, events, guards and actors by it", async () => {
    const watched = watchApplications();
    const server = await served(watched);
    const connection = watched.feed.connect();
    if (connection === undefined) throw new Error("no connection");
    tellHostile(
      connection,
      PAYLOADS.slice(0, 120).map((payload) => payload.toWellFormed()),
    );
    const [run] = await watched.inspection.runs({});
    const page = await pages.open(addressOf(server, `/run/${run?.run}?tab=chart&side=why`));
    const called = await calls(page);
    await page.locator(".chart-box").nth(20).waitFor();
    await expectText(page, "chart");
    for (const tab of ["actors", "sequence", "journal", "difference"]) {
      await go(page, `#/run/${run?.run}?seq=40&a=1&b=60&tab=${tab}&side=why`);
      await page.locator(`[data-panel=${tab}]`).waitFor();
      await leafThrough(page);
      await expectText(page, tab);
    }
    expect(called).toEqual([]);
    expectQuiet(page, server.url);
  });

  it("A-XSS-07 is cut before it is sent, however large: the page has little to read, and goes on", async () => {
    const huge = `${PAYLOADS[0]} ${"x".repeat(4_000_000)}`;
    const say = defineTool({ name: "say", effect: "read", run: () => ({ huge, [huge.slice(0, 100_000)]: 1 }) });
    const orchestrator = createOrchestrator({
      name: "loud",
      agents: {
        loud: defineAgent({
          name: "loud",
          tools: [say],
          writes: ["*"],
          run: async (_, { tool, write, ask }) => {
            await tool("say", {});
            await write("huge", { huge });
            return ask(huge.slice(0, 100_000));
          },
        }),
      },
      planner: { tasks: [{ id: "shout", agent: "loud" }] },
    });
    onTestFinished(() => orchestrator.stop());
    const run = await orchestrator.start({ objective: "be loud" });
    await run.result;
    const server = await served(orchestrator);
    const page = await pages.open(addressOf(server, `/run/${run.id}?tab=journal&side=questions`));
    const read: number[] = [];
    page.on("response", (response) => {
      if (response.url().includes("/v1/"))
        void response.body().then(
          (body) => read.push(body.length),
          () => undefined,
        );
    });
    await page.locator("article.question").waitFor();
    for (const side of ["board", "why", "findings", "budget"]) {
      await go(page, `#/run/${run.id}?seq=3&a=1&b=4&tab=difference&side=${side}`);
      await page.locator(`[data-panel=${side}]`).waitFor();
    }
    expect(read.length).toBeGreaterThan(3);
    expect(Math.max(...read)).toBeLessThan(1_000_000);
    expectQuiet(page, server.url);
  });
});
