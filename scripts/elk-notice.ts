/** ELK notice: the worker that lays charts out is not ours. It stays a file of its own, and says whose it is. */
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const { version } = createRequire(import.meta.url)("elkjs/package.json") as { readonly version: string };

const NOTICE = `/*! elkjs ${version}, unchanged. Copyright (c) Kiel University and others. SPDX-License-Identifier: EPL-2.0 OR GPL-3.0-or-later. Its source is the npm package elkjs ${version}. */\n`;

export const elkNotice = (): Plugin => ({
  name: "elk-notice",
  generateBundle(_, bundle) {
    const worker = Object.values(bundle).find(({ fileName }) => /elk-worker[^/]*\.js$/.test(fileName));
    if (worker?.type !== "asset") return this.error("the layout worker is not a file of its own");
    worker.source = NOTICE + Buffer.from(worker.source).toString("utf8");
  },
});
