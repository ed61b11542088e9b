import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type SqliteMemoryOptions, sqliteMemory } from "../../src/adapters/memory/sqlite.ts";
import type { MemoryPort } from "../../src/contracts/memory.ts";

const by = { run: "run_1", agent: "ann", task: "t" };
const fileOf = (): string => join(mkdtempSync(join(tmpdir(), "memory-")), "memory.db");

let keys = 0;
const put = (memory: MemoryPort, text: string, scope = "team", key = `k${++keys}`) =>
  memory.remember({ scope, text, by, key });
const texts = async (memory: MemoryPort, words: string, scope = "team", limit = 10) =>
  (await memory.recall({ scope, words, limit })).map(({ text }) => text);

const opened = (options: SqliteMemoryOptions = {}, file = fileOf()) => ({ file, memory: sqliteMemory(file, options) });

describe("a memory in SQLite", () => {
  it("E1 recalls what was remembered, by a later handle too, in its own scope only", async () => {
    const { memory, file } = opened();
    await put(memory, "The north gate opens at six.");
    await put(memory, "The north gate is another's.", "others");
    await memory.close();
    const again = sqliteMemory(file);
    expect(await texts(again, "gate")).toEqual(["The north gate opens at six."]);
    expect(await again.recall({ scope: "team", words: "six" })).toMatchObject([{ by, scope: "team" }]);
  });

  it("finds by any of the words, the rarer ones first, whatever their case and accents", async () => {
    const { memory } = opened();
    await put(memory, "gate gate gate");
    await put(memory, "The gate of the Café Müller");
    await put(memory, "nothing of it");
    expect((await texts(memory, "GATE cafe muller"))[0]).toBe("The gate of the Café Müller");
    expect(await texts(memory, "gate")).toHaveLength(2);
    expect(await texts(memory, "window")).toEqual([]);
  });

  it("takes words for words: nothing in them is an operator of the search", async () => {
    const { memory } = opened();
    await put(memory, "alpha beta");
    for (const words of [
      '"',
      "alpha AND NOT beta",
      "alpha*",
      "text:alpha",
      "NEAR(alpha beta)",
      "(",
      "alpha) OR (1=1",
      "-alpha",
      "'; DROP TABLE memory; --",
    ])
      await expect(memory.recall({ scope: "team", words }), words).resolves.toBeInstanceOf(Array);
    expect(await texts(memory, "alpha) OR (")).toEqual(["alpha beta"]);
    expect(await texts(memory, "alph*")).toEqual([]);
  });

  it("gives the newest first where no words are given, and no more than it is asked for", async () => {
    const { memory } = opened();
    for (const text of ["one", "two", "three"]) await put(memory, text);
    expect(await texts(memory, " ?", "team", 2)).toEqual(["three", "two"]);
  });

  it("E2 remembers once under one key, and the first time counts", async () => {
    const { memory } = opened();
    const first = await put(memory, "first", "team", "same");
    const second = await put(memory, "second", "team", "same");
    expect(second).toEqual(first);
    expect((await put(memory, "other", "others", "same")).id).not.toBe(first.id);
  });

  it("E3 forgets what is too old, and what is beyond the count of its scope", async () => {
    let now = 1_000;
    const { memory } = opened({ retention: { maxAgeMs: 100, maxCount: 2 }, scopes: { long: {} }, now: () => now });
    for (const text of ["a one", "a two", "a three"]) await put(memory, text);
    await put(memory, "a long one", "long");
    expect(await texts(memory, "a")).toEqual(["a three", "a two"]);
    now = 1_101;
    expect(await texts(memory, "a")).toEqual([]);
    expect(await texts(memory, "")).toEqual([]);
    expect(await texts(memory, "a", "long")).toEqual(["a long one"]);
    await put(memory, "a four");
    now = 0;
    expect(await texts(memory, "a")).toEqual(["a four"]);
  });

  it("E4 what was forgotten is in no file of it, and the rest stays", async () => {
    const { memory, file } = opened();
    const secret = await put(memory, "ann's number is QUXZZY-4711");
    await put(memory, "a number of another kind");
    expect(await memory.forget({ scope: "others", id: secret.id })).toBe(0);
    expect(await memory.forget({ scope: "team", id: secret.id })).toBe(1);
    expect(await texts(memory, "number")).toEqual(["a number of another kind"]);
    for (const name of [file, `${file}-wal`])
      if (existsSync(name)) expect(readFileSync(name, "latin1").toLowerCase(), name).not.toMatch(/quxzzy|4711/);
    expect(await memory.forget({ scope: "team" })).toBe(1);
    expect(await texts(memory, "number")).toEqual([]);
  });

  it("names what it cannot open", () => {
    expect(() => sqliteMemory("/nowhere/memory.db")).toThrow(/the memory failed/);
  });
});
