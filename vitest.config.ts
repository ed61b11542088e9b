import { defineConfig } from "vitest/config";

/** Tests that drive the page in Chromium. */
const BROWSER = "test/browser/**/*.test.ts";

export default defineConfig({
  test: {
    // Every run that a test makes is audited after it.
    setupFiles: ["test/support/audit-runs.ts"],
    testTimeout: 60_000,
    // Much of the suite waits for other processes; left to itself Vitest keeps one core free.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: [BROWSER],
          typecheck: {
            enabled: true,
            // `npm run typecheck` reports those.
            ignoreSourceErrors: true,
            include: ["test/types/*.test-d.ts"],
            tsconfig: "./test/types/tsconfig.json",
          },
        },
      },
      {
        extends: true,
        test: { name: "browser", include: [BROWSER], globalSetup: ["test/support/browser/build.ts"] },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["src/**", "machines/**", "actors/**"],
      reporter: ["text-summary", "json-summary"],
    },
  },
});
