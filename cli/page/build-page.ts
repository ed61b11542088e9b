/** Build page: makes the page once in a checkout that has not made it. The package has it built. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BUILDER = `${ROOT}node_modules/vite/bin/vite.js`;

/** The page that is served, and the one that an exported run carries: what is built of each, and by which configuration. */
const PAGES = [
  ["dist/visualizer/index.html", "vite.config.ts"],
  ["dist/page-file/page.js", "vite.file.config.ts"],
] as const;

const isCheckout = import.meta.url.endsWith(".ts");

export async function buildPage(say: (line: string) => void): Promise<void> {
  const missing = PAGES.filter(([built]) => !existsSync(`${ROOT}${built}`));
  if (!isCheckout || missing.length === 0 || !existsSync(BUILDER)) return;
  say("Building the page, once …");
  try {
    for (const [, config] of missing) {
      const order = [BUILDER, "build", "--config", config, "--logLevel", "error"];
      await promisify(execFile)(process.execPath, order, {
        cwd: ROOT,
        env: { ...process.env, NODE_ENV: "production" },
      });
    }
  } catch (error) {
    say(`The page cannot be built; "npm run build:page" says why. (${(error as Error).message.split("\n")[0]})`);
  }
}
