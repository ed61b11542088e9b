/**
 * Screenshots: the pictures of the README, taken of the real page over real runs: a review of this repository, a newsroom
 * whose agents repeat and contradict themselves, and an XState application that knows nothing of us. `npm run screenshots`.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { reader } from "../cli/journal-file.ts";
import { type Served, serve } from "../src/adapters/http.ts";
import { sqliteStore } from "../src/adapters/stores/sqlite.ts";
import { launchChrome } from "./chrome.ts";
import { newsroom } from "./pictures/newsroom.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const IMAGES = join(ROOT, "docs", "images");

interface Picture {
  readonly name: string;
  readonly url: string;
  /** A link to be followed first. */
  readonly follow?: string;
  /** What must be there before it is taken. */
  readonly shows: string;
  readonly dark?: boolean;
  readonly phone?: boolean;
}

/** The exit code of a review that asks before it writes. */
const WAITS_FOR_A_PERSON = 3;
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const addressOf = (served: Served, at: string): string => `${served.openUrl("maria")}&at=${encodeURIComponent(at)}`;

async function take(browser: Browser, picture: Picture): Promise<void> {
  const { name, url, follow, shows, dark = false, phone = false } = picture;
  const context = await browser.newContext({
    viewport: phone ? PHONE : DESK,
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(url);
  if (follow !== undefined) await page.getByText(follow).first().click();
  await page.locator(shows).first().waitFor();
  await page.locator(".skeleton, :text('Laying the')").first().waitFor({ state: "detached" });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  await context.close();
  console.log(`docs/images/${name}.png`);
}

/** What is committed, in a folder of its name, so that no picture tells of this machine. */
function reviewed(folder: string): string {
  const [tree, file] = [join(folder, "bailiwick"), join(folder, "runs.db")];
  mkdirSync(tree);
  execFileSync("sh", ["-c", 'git archive HEAD | tar -x -C "$0"', tree], { cwd: ROOT });
  const order = [
    "--import",
    join(ROOT, "scripts/pictures/as-maria.ts"),
    join(ROOT, "cli.ts"),
    "review",
    "bailiwick",
    "--store",
    file,
    "--out",
    "REVIEW.md",
    "--quiet",
  ];
  const { status, stderr } = spawnSync(process.execPath, order, { cwd: folder, encoding: "utf8" });
  if (status !== WAITS_FOR_A_PERSON) throw new Error(`the review ended with ${status}: ${stderr}`);
  return file;
}

async function reviewPictures(browser: Browser, folder: string): Promise<void> {
  const store = sqliteStore(reviewed(folder), { readonly: true });
  const orchestrator = reader(store);
  const served = await serve(orchestrator, { approvers: ["maria"] });
  const [run] = await orchestrator.runs();
  const url = (query: string): string => addressOf(served, `/run/${run?.run}?${query}`);
  await take(browser, { name: "plan", url: url("tab=plan&side=why"), shows: ".plan-task" });
  await take(browser, {
    name: "phone",
    url: url("tab=journal&side=questions"),
    shows: "[data-panel=journal]",
    phone: true,
  });
  await served.close();
  await orchestrator.stop();
}

async function newsroomPictures(browser: Browser): Promise<void> {
  const orchestrator = newsroom();
  const served = await serve(orchestrator, { approvers: ["maria"] });
  const run = await orchestrator.start({ objective: "What do otters do when they sleep?" });
  await run.result;
  const url = (query: string): string => addressOf(served, `/run/${run.id}?${query}`);
  await take(browser, { name: "chart", url: url("tab=chart&side=questions"), shows: ".chart-lit" });
  await take(browser, { name: "findings", url: url("tab=journal&side=findings"), shows: "[data-panel=findings]" });
  await take(browser, { name: "sequence", url: url("tab=sequence&side=budget"), shows: ".sequence-row", dark: true });
  await served.close();
  await orchestrator.stop();
}

/** The example, in a process of its own, at a moment at which somebody waits to walk. */
async function applicationPictures(browser: Browser): Promise<void> {
  const example = ["--import", "./scripts/from-source.ts", "examples/12-any-xstate-app.ts", "--stay"];
  const child = spawn(process.execPath, example, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (part: Buffer) => resolve(/open (\S+)/.exec(String(part))?.[1] ?? ""));
      child.on("exit", reject);
    });
    const shows = ".chart-lit > .chart-name:text('lit')";
    await take(browser, { name: "any-xstate-app", url, follow: "an XState application", shows });
  } finally {
    child.kill();
  }
}

const folder = mkdtempSync(join(tmpdir(), "bailiwick-pictures-"));
const browser = await launchChrome();
try {
  mkdirSync(IMAGES, { recursive: true });
  await reviewPictures(browser, folder);
  await newsroomPictures(browser);
  await applicationPictures(browser);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
