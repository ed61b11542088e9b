import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Every run that a test makes is audited after it.
    setupFiles: ["test/support/audit-runs.ts"],
    testTimeout: 60_000,
    typecheck: {
      enabled: true,
      // `npm run typecheck` reports those.
      ignoreSourceErrors: true,
      include: ["test/types/*.test-d.ts"],
      tsconfig: "./test/types/tsconfig.json",
    },
    coverage: {
      provider: "v8",
      include: ["src/**", "machines/**", "actors/**"],
      reporter: ["text-summary", "json-summary"],
    },
  },
});
