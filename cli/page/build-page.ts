/** Build page: makes the page once in a checkout that has not made it. The package has it built. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BUILDER = `${ROOT}node_modules/vite/bin/vite.js`;

const isCheckout = import.meta.url.endsWith(".ts");

export async function buildPage(say: (line: string) => void): Promise<void> {
  if (!isCheckout || existsSync(`${ROOT}dist/visualizer/index.html`) || !existsSync(BUILDER)) return;
  say("Building the page, once …");
  try {
    await promisify(execFile)(process.execPath, [BUILDER, "build", "--logLevel", "error"], {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: "production" },
    });
  } catch (error) {
    say(`The page cannot be built; "npm run build:page" says why. (${(error as Error).message.split("\n")[0]})`);
  }
}
