/** The way a browser is brought to the page: by a file that sends it on, under the server's own rules. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { openInBrowser } from "../../cli/page/browser.ts";
import { PAGE_FOLDER } from "../support/browser/folders.ts";
import { inChromium } from "../support/browser/pages.ts";
import { servedRuns } from "../support/served-runs.ts";

const pages = inChromium();
const folder = mkdtempSync(join(tmpdir(), "bailiwick-opening-"));
const before = process.env["BROWSER"];

afterEach(() => {
  if (before === undefined) delete process.env["BROWSER"];
  else process.env["BROWSER"] = before;
  rmSync(folder, { recursive: true, force: true });
});

it("A-HTTP-06, A-XSS-06 a file leads to the page, which takes the key out of its address, and breaks no rule", async () => {
  const served = await servedRuns({ page: PAGE_FOLDER });
  const copy = join(folder, "copy.html");
  writeFileSync(join(folder, "browser"), `#!/bin/sh\ncp "$1" "${copy}.new" && mv "${copy}.new" "${copy}"\n`);
  chmodSync(join(folder, "browser"), 0o700);
  process.env["BROWSER"] = join(folder, "browser");
  using opening = await openInBrowser(served.openUrl("maria"));
  expect(opening.isOpened).toBe(true);
  await expect.poll(() => readFileSync(copy, { encoding: "utf8", flag: "a+" })).toContain("refresh");
  const page = await pages.open(`file://${copy}`);
  await page.waitForURL(`${served.url}/**`);
  await page.getByText("the objective of run_a").first().waitFor();
  for (const secret of [served.token, served.approverTokens["maria"] ?? "x"]) expect(page.url()).not.toContain(secret);
  expect(page.wrong).toEqual([]);
  expect(page.asked.filter((url) => url.startsWith("http") && !url.startsWith(served.url))).toEqual([]);
});
