/** Watching: the page shows a real run as it goes, as it went, and again after its server was killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { INTERVENTIONS } from "../../src/contracts/inspection.ts";
import type { OfficeOrder } from "../support/browser/office-process.ts";
import { expectQuiet, inChromium } from "../support/browser/pages.ts";
import { addressOf, questionOn, showing } from "../support/browser/showing.ts";
import { ROOT } from "../support/source.ts";

const pages = inChromium();
const PATIENT = { timeout: 10_000 };

/** Names of the states that are lit in the chart. */
const lit = (page: Page): Promise<readonly string[]> => page.locator(".chart-lit > .chart-name").allTextContents();
const where = (page: Page) => page.getByRole("slider", { name: "Moment of the journal" }).getAttribute("aria-valuenow");

describe("a run in the page", () => {
  it("lights up the states it is in, as it comes to them", async () => {
    const { page, run, served, stamp } = await showing(pages, { objective: "stamp", query: "tab=chart" });
    await expect.poll(() => lit(page), PATIENT).toEqual(["executing"]);
    await page.getByRole("combobox").first().selectOption({ value: "stamp#1/0" });
    await expect.poll(() => lit(page), PATIENT).toEqual(["executing"]);
    expect(await page.locator(".chart-box > .chart-name").allTextContents()).toContain("judging");
    stamp();
    await page.getByText("stamp#1/0 does not live at this moment.").waitFor();
    await page.getByRole("combobox").first().selectOption({ value: "stamp#1/1" });
    await expect.poll(() => lit(page), PATIENT).toEqual(["executing"]);
    stamp();
    await run.result;
    await expect.poll(() => lit(page), PATIENT).toEqual(["completed"]);
    expect(await page.locator(".chart-taken").count()).toBeGreaterThan(0);
    expectQuiet(page, served.url);
  });

  it("is scrubbed back: every panel shows that moment, and the head again when it is wanted", async () => {
    const { page, run, served, orchestrator } = await showing(pages, {
      objective: "all",
      query: "tab=chart&side=board",
    });
    await expect.poll(() => lit(page), PATIENT).toEqual(["awaiting-human"]);
    await page.getByText("due/date").waitFor();
    const slider = page.getByRole("slider", { name: "Moment of the journal" });
    await slider.focus();
    await slider.press("Home");
    await expect.poll(() => lit(page), PATIENT).toEqual(["executing"]);
    expect(await where(page)).toBe("1");
    await page.getByText("due/date").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Next intervention" }).click();
    await expect.poll(() => where(page), PATIENT).toBe("2");
    const { rows } = await orchestrator.inspection.rows(run.id, { from: 3, limit: 1, marks: INTERVENTIONS });
    await page.getByRole("button", { name: "Next intervention" }).click();
    await expect.poll(() => where(page), PATIENT).toBe(String(rows[0]?.seq));
    await expect.poll(() => page.locator(".chart-taken").allTextContents(), PATIENT).toContain("[isLooping]");
    await page.getByRole("button", { name: "Go to head" }).click();
    await expect.poll(() => lit(page), PATIENT).toEqual(["awaiting-human"]);
    expect((await run.result).state).toBe("awaiting-human");
    expectQuiet(page, served.url);
  });

  it("is forked where it stood: a new run goes on from there, and the old one is as it was", async () => {
    const { page, run, served, orchestrator, paid } = await showing(pages, { objective: "pay", query: "tab=journal" });
    await questionOn(page).waitFor();
    const before = await orchestrator.inspection.chain(run.id);
    await page.getByRole("button", { name: "Fork from here" }).click();
    await page.getByText("A new run begins as this one stood").waitFor();
    await expect.poll(() => page.url(), PATIENT).not.toContain(run.id);
    await questionOn(page).getByRole("button", { name: "Approve" }).click();
    await expect.poll(() => paid.length, PATIENT).toBe(1);
    const runs = await orchestrator.runs();
    expect(runs.map(({ status }) => status).toSorted()).toEqual(["completed", "suspended"]);
    expect(await orchestrator.inspection.chain(run.id)).toEqual(before);
    expectQuiet(page, served.url);
  });

  it("is decided once by two tabs of one person", async () => {
    const { page, run, served, paid } = await showing(pages, { objective: "pay" });
    const other = await pages.tab(page, addressOf(served, "/inbox"));
    const approve = [page, other].map((tab) => questionOn(tab).getByRole("button", { name: "Approve" }));
    await Promise.all(approve.map((button) => button.waitFor()));
    await Promise.all(approve.map((button) => button.click()));
    await Promise.all([page, other].map((tab) => questionOn(tab).getByRole("status").waitFor()));
    expect((await run.result).decided).toHaveLength(1);
    expect(paid).toHaveLength(1);
    expectQuiet(page, served.url);
  });
});

describe("a server that is killed", () => {
  const folder = mkdtempSync(join(tmpdir(), "bailiwick-office-"));
  const processes: ChildProcess[] = [];
  afterEach(() => {
    for (const process of processes.splice(0)) process.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  const begin = (order: OfficeOrder): Promise<{ readonly run: string; readonly port: number }> => {
    const env = { ...process.env, OFFICE: JSON.stringify(order) };
    const child = spawn(process.execPath, [`${ROOT}test/support/browser/office-process.ts`], { env, cwd: folder });
    processes.push(child);
    return new Promise((resolve, reject) => {
      let said = "";
      child.stdout.on("data", (part: Buffer) => {
        said += String(part);
        const ready = /^ready (.*)$/m.exec(said)?.[1];
        if (ready !== undefined) resolve(JSON.parse(ready));
      });
      child.stderr.on("data", (part: Buffer) => {
        said += String(part);
      });
      child.on("exit", (code) => reject(new Error(`the office ended with ${code}: ${said}`)));
    });
  };

  it("F-APP-06 is missed by the page, which goes on by itself with the one that comes after it", async () => {
    const [token, approver] = ["t".repeat(43), "a".repeat(43)];
    const order = { file: join(folder, "runs.db"), port: 0, token, approver, objective: "pay" };
    const first = await begin(order);
    const url = `http://127.0.0.1:${first.port}`;
    const at = encodeURIComponent(`/run/${first.run}?tab=journal`);
    const page = await pages.open(`${url}/#token=${token}&approver=${approver}&at=${at}`);
    await questionOn(page).getByRole("button", { name: "Approve" }).waitFor();
    await page.getByText("Live").waitFor();
    processes.pop()?.kill("SIGKILL");
    await page.getByText(/Reconnecting|Again in/).waitFor();
    // What was shown stays to be read.
    await questionOn(page).getByText("700").waitFor();
    const second = await begin({ ...order, port: first.port });
    expect(second.run).toBe(first.run);
    await page.getByText("Live").waitFor();
    await questionOn(page).getByRole("button", { name: "Approve" }).click();
    await questionOn(page).getByText("Approved").waitFor();
    await page.getByText("completed").first().waitFor();
    // Of a server that was killed: what was under way is reset, and what comes after it is refused.
    expect(page.wrong.filter((line) => !/ERR_CONNECTION_(?:REFUSED|RESET)/.test(line))).toEqual([]);
  });
});
