import { describe, expect, it } from "vitest";
import { isSafeSqlite } from "../../src/adapters/stores/sqlite-schema.ts";

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
