/** `what-if`: a review decided again, from the command line. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { WhatIf } from "../../index.ts";
import { bailiwick, disputed, workplace } from "./command.ts";

it("lists what fewer calls and another policy would have stopped and denied, and leaves the journal alone", async () => {
  const cwd = workplace(disputed);
  expect((await bailiwick(["review", "lib", "--yes"], { cwd })).code).toBe(0);
  const store = (): string => readFileSync(join(cwd, ".bailiwick", "runs.db"), "base64");
  const before = store();

  const fewer = await bailiwick(["what-if", "last", "--budget-calls", "5"], { cwd });
  expect(fewer.code).toBe(0);
  expect(fewer.out).toMatch(/^run_\S+ {2}8 calls: /);
  expect(fewer.out).toMatch(/(allowed|asked) → stopped .*\[budget\.toolCalls: toolCalls: 6 would pass the cap of 5\]/);

  const tools = { inventory: true };
  writeFileSync(join(cwd, "strict.json"), JSON.stringify({ agents: { surveyor: { tools }, editor: { tools } } }));
  const strict = await bailiwick(["what-if", "last", "--policy", "strict.json", "--json"], { cwd });
  const result = JSON.parse(strict.out) as WhatIf;
  expect(result.policy).toMatch(/^strict\.json@[0-9a-f]{64}$/);
  expect(result.fates.denied).toBeGreaterThan(3);
  expect(result.differences.map(({ call: { tool } }) => tool)).toContain("write-report");
  expect(result.differences.every(({ rule }) => rule === "grant.none")).toBe(true);

  const rich = await bailiwick(["what-if", "last", "--budget-usd", "5"], { cwd });
  expect(rich.out).toContain("No call would have gone another way.");
  expect(store()).toBe(before);
}, 30_000);
