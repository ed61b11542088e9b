/** Builds the page once for all tests that drive it, apart from `dist`, where a build may be going on; and finds Chromium. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findChrome } from "../../../scripts/chrome.ts";
import { ROOT } from "../source.ts";
import { FILE_FOLDER, PAGE_FOLDER } from "./folders.ts";

const run = promisify(execFile);

/** As for the package: a test's own environment would make React the one of developers. */
async function build(config: string, folder: string): Promise<void> {
  const vite = `${ROOT}node_modules/vite/bin/vite.js`;
  const options = { cwd: ROOT, env: { ...process.env, NODE_ENV: "production" } };
  const { stderr } = await run(
    process.execPath,
    [vite, "build", "--config", config, "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"],
    options,
  );
  if (stderr !== "") throw new Error(stderr);
}

export default async function setup(): Promise<void> {
  // Without a browser nothing here is shown: that is a failure, not a reason to skip.
  await findChrome();
  await Promise.all([build("vite.config.ts", PAGE_FOLDER), build("vite.file.config.ts", FILE_FOLDER)]);
}
