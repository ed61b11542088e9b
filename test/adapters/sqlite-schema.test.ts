import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/adapters/stores/sqlite.ts";
import { isSafeSqlite, MIGRATIONS } from "../../src/adapters/stores/sqlite-schema.ts";

describe("a file of the first schema", () => {
  it("F-SNP is brought up to date with all that is in it, and takes mail", async () => {
    const directory = mkdtempSync(join(tmpdir(), "bailiwick-schema-"));
    const file = join(directory, "runs.db");
    try {
      const db = new DatabaseSync(file);
      db.exec(`${MIGRATIONS[0]}; PRAGMA user_version = 1`);
      const summary = JSON.stringify({ run: "run_1", status: "suspended", pendingApprovals: [] });
      db.prepare(
        `INSERT INTO runs (id, epoch, status, created, updated, lease_until, summary) VALUES ('run_1', 1, 'suspended', 1, 1, 0, ?)`,
      ).run(summary);
      db.prepare("INSERT INTO journal (place, body, hash) VALUES (1 << 32 | 1, '{}', ?)").run(Buffer.alloc(32));
      db.close();
      const store = sqliteStore(file);
      expect(await store.summary("run_1")).toMatchObject({ status: "suspended" });
      expect(await store.read("run_1", 0, 9)).toMatchObject([{ seq: 1, body: "{}" }]);
      expect(await store.owner("run_1")).toBeUndefined();
      await store.post({ id: "a", run: "run_1", postedAt: 2, body: "{}" });
      expect(await store.posted("run_1", 9)).toHaveLength(1);
      await store.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("isSafeSqlite", () => {
  it.each(["3.51.3", "3.51.10", "3.52.0", "3.53.4", "3.100.0", "3.50.7", "3.50.12", "3.44.6", "3.44.7", "3.51.3.1"])(
    "F-DUR-16 takes %s",
    (version) => expect(isSafeSqlite(version)).toBe(true),
  );

  it.each([
    "3.51.2",
    "3.51.0",
    "3.50.6",
    "3.50.0",
    "3.49.9",
    "3.45.3",
    "3.44.5",
    "3.43.99",
    "3.9.9",
    "2.99.99",
    "4.0.0",
    "3.51",
    "",
    "undefined",
    "x3.53.4",
  ])("F-DUR-16 refuses %j", (version) => expect(isSafeSqlite(version)).toBe(false));
});
