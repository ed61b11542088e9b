/** Builds the page of `visualizer/` into the package, as files that a strict content security policy allows. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { elkNotice } from "./scripts/elk-notice.ts";

export default defineConfig({
  root: "visualizer",
  base: "./",
  plugins: [react(), elkNotice()],
  build: {
    outDir: "../dist/visualizer",
    emptyOutDir: true,
    target: "esnext",
    // Nothing inline: the policy allows files of our own and no more.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Whose work is in it: the package carries it, so it says so.
    license: { fileName: "LICENSES.md" },
    // A machine that is busy is no fault of the build.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  worker: { format: "es" },
});
