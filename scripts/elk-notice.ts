/** ELK notice: the worker that lays charts out is not ours. It stays a file of its own, and says whose it is. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const require = createRequire(import.meta.url);
const { version } = require("elkjs/package.json") as { readonly version: string };

const BANNER = `/*! elkjs ${version}, unchanged. Copyright (c) Kiel University and others. SPDX-License-Identifier: EPL-2.0 OR GPL-3.0-or-later. Its source is the npm package elkjs ${version}. */\n`;

export const elkNotice = (): Plugin => ({
  name: "elk-notice",
  generateBundle(_, bundle) {
    const workers = Object.values(bundle).filter(({ fileName }) => /elk-worker[^/]*\.js$/.test(fileName));
    for (const worker of workers)
      if (worker.type === "asset") worker.source = BANNER + Buffer.from(worker.source).toString("utf8");
    const [worker] = workers;
    if (worker === undefined) this.error("the layout worker is not a file of its own");
    this.emitFile({
      type: "asset",
      fileName: worker.fileName.replace(/elk-worker[^/]*$/, "elk-worker.LICENSE.md"),
      source: readFileSync(require.resolve("elkjs/LICENSE.md"), "utf8"),
    });
  },
});
