/** Applications: an ordinary XState application is told of by the real `@statelyai/inspect`, and drawn by the page. */
import { createWebSocketInspector } from "@statelyai/inspect";
import { describe, expect, it, onTestFinished } from "vitest";
import { createActor } from "xstate";
import { watchApplications } from "../../index.ts";
import { office } from "../support/browser/office.ts";
import { expectQuiet, inChromium } from "../support/browser/pages.ts";
import { addressOf, served } from "../support/browser/showing.ts";
import { crossing } from "../support/watched-app.ts";

const pages = inChromium();
const PATIENT = { timeout: 10_000 };

describe("an application that knows an address and nothing else", () => {
  it("is listed beside runs, and its chart, actors and messages are drawn as it goes", async () => {
    const { orchestrator } = office();
    onTestFinished(() => orchestrator.stop());
    await (await orchestrator.start({ objective: "ask" })).result;
    const server = await served(watchApplications(orchestrator));
    const page = await pages.open(addressOf(server, "/"));
    await page.getByText("office").first().waitFor();

    const inspector = createWebSocketInspector({ url: server.feedUrl ?? "" });
    onTestFinished(() => inspector.stop());
    const actor = createActor(crossing, { inspect: inspector.inspect }).start();
    await page.getByText("crossing: an XState application").first().click();

    const lit = () => page.locator(".chart-lit > .chart-name").allTextContents();
    await expect.poll(lit, PATIENT).toEqual(["idle"]);
    actor.send({ type: "open" });
    await expect.poll(lit, PATIENT).toEqual(expect.arrayContaining(["live", "few", "calm"]));
    actor.send({ type: "turn" });
    await expect.poll(lit, PATIENT).toEqual(expect.arrayContaining(["many"]));

    await page.getByRole("tab", { name: "Actors" }).click();
    await page.locator("[data-panel=actors]").getByText("north").waitFor();
    await page.getByRole("tab", { name: "Sequence" }).click();
    await page.locator("[data-panel=sequence]").getByText("cycled").first().waitFor();
    await page.getByRole("tab", { name: "Journal" }).click();
    await page.getByText("north → crossing: cycled").first().click();
    await page.getByRole("tab", { name: "Why" }).click();
    await page.locator("[data-panel=why]").getByText("crossing → north: turn; green → red").waitFor();

    actor.send({ type: "close" });
    await page.getByRole("button", { name: "Go to head" }).click();
    await page.getByText("Completed").first().waitFor();
    await page.getByText("No journal").waitFor();
    expectQuiet(page, server.url);
  });
});
