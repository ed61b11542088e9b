/** Builds the page once for all tests that drive it, apart from `dist`, where a build may be going on; and finds Chromium. */
import { build } from "vite";
import { findChrome } from "../../../scripts/chrome.ts";
import { ROOT } from "../source.ts";
import { FILE_FOLDER, PAGE_FOLDER } from "./folders.ts";

export default async function setup(): Promise<void> {
  // Without a browser nothing here is shown: that is a failure, not a reason to skip.
  await findChrome();
  const logLevel = "warn" as const;
  await build({
    configFile: `${ROOT}vite.config.ts`,
    logLevel,
    build: { outDir: PAGE_FOLDER, reportCompressedSize: false },
  });
  await build({
    configFile: `${ROOT}vite.file.config.ts`,
    logLevel,
    build: { outDir: FILE_FOLDER, reportCompressedSize: false },
  });
}
