import { describe, expect, it } from "vitest";
import { pagesOf } from "../../actors/kernel/pages.ts";
import { verify } from "../../actors/kernel/verify.ts";
import { sha256 } from "../../src/adapters/hash.ts";
import type { StoredEntry } from "../../src/contracts/journal.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import { link } from "../../src/decisions/integrity.ts";

const RUN = "run_long";

function journalOf(length: number): readonly StoredEntry[] {
  let hash = "";
  return Array.from({ length }, (_, n) => {
    const body = JSON.stringify({ seq: n + 1 });
    hash = link(hash, body, sha256);
    return { seq: n + 1, body, hash };
  });
}

/** A store that answers at once. */
const storeOf = (journal: readonly StoredEntry[]) =>
  ({
    read: async (_, after, limit) => journal.slice(after, after + limit),
    summary: async () => undefined,
  }) as Pick<StorePort, "read" | "summary"> as StorePort;

/** How many turns others had meanwhile. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work;
  isOver = true;
  return turns;
}

async function lengthsOf(length: number, after = 0, until?: number): Promise<readonly number[]> {
  const lengths: number[] = [];
  const seqs: number[] = [];
  for await (const page of pagesOf(storeOf(journalOf(length)), RUN, after, until)) {
    lengths.push(page.length);
    seqs.push(...page.map(({ seq }) => seq));
  }
  const last = Math.min(length, until ?? length);
  expect(seqs).toEqual(Array.from({ length: Math.max(0, last - after) }, (_, n) => after + n + 1));
  return lengths;
}

describe("pages of a journal", () => {
  it("are all of it from one entry to another, once and in order", async () => {
    expect(await lengthsOf(1_201)).toEqual([500, 500, 201]);
    expect(await lengthsOf(1_000)).toEqual([500, 500]);
    expect(await lengthsOf(1_201, 1_200)).toEqual([1]);
    expect(await lengthsOf(1_201, 3, 700)).toEqual([500, 197]);
    expect(await lengthsOf(1_201, 0, 500)).toEqual([500]);
    expect(await lengthsOf(10, 10)).toEqual([]);
    expect(await lengthsOf(10, 5, 5)).toEqual([]);
    expect(await lengthsOf(0)).toEqual([]);
  });

  it("L2 give others their turn: checking a long chain holds up no other run", async () => {
    const checked = verify({ store: storeOf(journalOf(3_001)), sha256 }, RUN);
    expect(await turnsDuring(checked)).toBeGreaterThanOrEqual(6);
    expect(await checked).toMatchObject({ kind: "whole", head: { seq: 3_001 } });
  });
});
