/**
 * Pages: one Chromium for a test file, a context of its own for each page, and what must be true of every page whatever it
 * is opened for: it asks nobody but its own server for anything, and nothing in it goes wrong unsaid.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchChrome } from "../../../scripts/chrome.ts";
import { FAILURES_FOLDER } from "./folders.ts";

/** As much as a page on a busy machine may need. */
const PATIENCE_MS = 15_000;

export interface WatchedPage extends Page {
  /** Addresses that it asked for, of any kind. */
  readonly asked: readonly string[];
  /** Errors and warnings of the page, violations of its policy among them. */
  readonly wrong: readonly string[];
}

export interface Pages {
  /** A page at the address, in a context of its own. */
  open(url: string, options?: BrowserContextOptions): Promise<WatchedPage>;
  /** Another tab of the same person: in the same context. */
  tab(page: WatchedPage, url: string): Promise<WatchedPage>;
}

export function inChromium(): Pages {
  let browser: Browser;
  const open: WatchedPage[] = [];
  beforeAll(async () => {
    browser = await launchChrome();
  });
  afterAll(() => browser?.close());
  afterEach(async ({ task }) => {
    const failed = task.result?.state === "fail" || (task.result?.errors?.length ?? 0) > 0;
    for (const [n, page] of open.splice(0).entries()) {
      if (failed) await keep(page, `${task.name}-${n}`);
      await page.context().close();
    }
  });

  const watched = async (page: Page, url: string): Promise<WatchedPage> => {
    const shown = watch(page);
    open.push(shown);
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(url);
    return shown;
  };
  return {
    open: async (url, options) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      if (process.env["TRACE"] !== undefined) await context.tracing.start({ screenshots: true, snapshots: true });
      return watched(await context.newPage(), url);
    },
    tab: async (page, url) => watched(await page.context().newPage(), url),
  };
}

function watch(page: Page): WatchedPage {
  const asked: string[] = [];
  const wrong: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("websocket", (socket) => asked.push(socket.url()));
  page.on("pageerror", (error) => wrong.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    const { url } = message.location();
    if (["error", "warning"].includes(message.type())) wrong.push(`${message.type()}: ${message.text()} (${url})`);
  });
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return Object.assign(page, { asked, wrong });
}

async function keep(page: WatchedPage, name: string): Promise<void> {
  if (page.isClosed()) return;
  mkdirSync(FAILURES_FOLDER, { recursive: true });
  const path = `${FAILURES_FOLDER}/${name.replaceAll(/\W+/g, "-").slice(0, 80)}`;
  writeFileSync(`${path}.txt`, [...page.wrong, ...page.asked].join("\n"));
  await page.screenshot({ path: `${path}.png` });
  if (process.env["TRACE"] !== undefined) await page.context().tracing.stop({ path: `${path}.zip` });
}

/** It asked its own server only, and nothing went wrong in it. */
export function expectQuiet({ asked, wrong }: WatchedPage, origin: string): void {
  const own = [origin, origin.replace(/^http/, "ws"), "blob:", "data:"];
  expect(asked.filter((url) => !own.some((prefix) => url.startsWith(prefix)))).toEqual([]);
  expect(wrong).toEqual([]);
}
