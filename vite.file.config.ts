/** Builds the page once more, as one script and one style, which an exported run carries in itself. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { elkNotice } from "./scripts/elk-notice.ts";

export default defineConfig({
  root: "visualizer",
  base: "./",
  plugins: [react(), elkNotice()],
  publicDir: false,
  build: {
    outDir: "../dist/page-file",
    emptyOutDir: true,
    target: "esnext",
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      // A machine that is busy is no fault of the build.
      checks: { bundlerTimings: false },
      input: "visualizer/src/main-file.tsx",
      output: {
        format: "es",
        codeSplitting: false,
        entryFileNames: "page.js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
