/** Exported: a run as one file, opened from the disk in a real browser, with no server and no network. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { exportedRun } from "../../actors/export-run.ts";
import { pageParts, runFile } from "../../src/adapters/http/run-file.ts";
import type { ExportedRun } from "../../src/contracts/exported-run.ts";
import { FILE_FOLDER } from "../support/browser/folders.ts";
import { mallory } from "../support/browser/mallory.ts";
import { office } from "../support/browser/office.ts";
import { inChromium, type WatchedPage } from "../support/browser/pages.ts";
import { PAYLOADS } from "../support/browser/payloads.ts";
import { showing } from "../support/browser/showing.ts";

const pages = inChromium();
const folder = mkdtempSync(join(tmpdir(), "bailiwick-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function opened(run: ExportedRun): Promise<WatchedPage & { readonly file: string }> {
  const path = join(folder, `${run.summary.run}.html`);
  writeFileSync(path, runFile(run, pageParts(FILE_FOLDER)));
  const file = pathToFileURL(path).href;
  const page = await pages.open(file, { offline: true });
  return Object.assign(page, { file });
}

/** Nothing but the file itself, and the worker that it has in itself. */
const expectAlone = ({ asked, wrong, file }: Awaited<ReturnType<typeof opened>>): void => {
  expect(asked.filter((url) => url.split("#")[0] !== file && !url.startsWith("blob:"))).toEqual([]);
  expect(wrong).toEqual([]);
};

describe("a run in a file", () => {
  it("shows its charts, its plan, its journal and its reasons, offline, at any moment it holds", async () => {
    const { orchestrator } = office();
    const run = await orchestrator.start({ objective: "all" });
    await run.result;
    const exported = await orchestrator.exported(run.id);
    await orchestrator.stop();
    const page = await opened(exported);
    await page.locator(".chart-lit > .chart-name", { hasText: "awaiting-human" }).waitFor();
    const { chain } = exported;
    await page.getByText(`Chain whole${chain.whole ? chain.head.slice(0, 8) : ""}`).waitFor();
    expect(exported.left).toEqual([]);
    const slider = page.getByRole("slider", { name: "Moment of the journal" });
    await slider.focus();
    await slider.press("Home");
    await page.locator(".chart-lit > .chart-name", { hasText: "executing" }).waitFor();
    for (const tab of ["Actors", "Plan", "Sequence", "Journal"]) {
      await page.getByRole("tab", { name: tab }).click();
      await page.locator(`[data-panel=${tab.toLowerCase()}]`).waitFor();
    }
    await page.getByText("read#1 asked to call look").first().click();
    await page.getByRole("tab", { name: "Why" }).click();
    await page.locator("[data-panel=why]").getByText("objective").waitFor();
    expect(await page.getByRole("button", { name: /Approve|Pause|Cancel|Fork/ }).count()).toBe(0);
    expectAlone(page);
  });

  it("A-XSS-01 A-XSS-03 A-XSS-04 carries the corpus as data: nothing of it ends its script, runs, or asks for anything", async () => {
    const orchestrator = mallory(PAYLOADS);
    const run = await orchestrator.start({ objective: PAYLOADS.join(" ").toWellFormed() });
    await run.result;
    const exported = await orchestrator.exported(run.id);
    await orchestrator.stop();
    const html = runFile(exported, pageParts(FILE_FOLDER));
    // The document has the elements it was made with, whatever is in it.
    expect(html.match(/<script/gi)?.length).toBe(
      runFile({ ...exported, rows: [], moments: [], whys: [] }, pageParts(FILE_FOLDER)).match(/<script/gi)?.length,
    );
    const page = await opened(exported);
    const called: string[] = [];
    await page.exposeFunction("pwned", () => void called.push("called"));
    for (const tab of ["Plan", "Journal", "Sequence", "Actors"]) await page.getByRole("tab", { name: tab }).click();
    for (const tab of ["Findings", "Why", "Board"]) await page.getByRole("tab", { name: tab }).click();
    await page.getByText("<script>pwned()</script>").first().waitFor();
    expect(called).toEqual([]);
    expectAlone(page);
  });

  it("is saved from the page", async () => {
    const { page, run } = await showing(pages, { objective: "all" });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as one HTML file" }).click(),
    ]);
    const path = join(folder, download.suggestedFilename());
    await download.saveAs(path);
    expect(path).toContain(run.id);
    const file = await pages.open(pathToFileURL(path).href, { offline: true });
    await file.locator(".chart-lit").first().waitFor();
  });

  it("says what it leaves out", async () => {
    const { orchestrator } = office();
    const run = await orchestrator.start({ objective: "all" });
    await run.result;
    const exported = await exportedRun(orchestrator.inspection, run.id, 1_800_000_000_000, 20_000);
    await orchestrator.stop();
    expect(exported.moments.length).toBeLessThan(exported.summary.head);
    const page = await opened(exported);
    await page.getByText(/this file leaves out \d+ of \d+ moments/).waitFor();
    expectAlone(page);
  });
});
