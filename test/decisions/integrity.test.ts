import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { StoredEntry } from "../../src/contracts/journal.ts";
import { type ChainHead, follow, GENESIS, type LinkCheck, link } from "../../src/decisions/integrity.ts";

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** A journal whose hashes are made here, not by the rule. */
function chain(bodies: readonly string[]): readonly StoredEntry[] {
  let hash = "";
  return bodies.map((body, i) => {
    hash = sha256(`${hash}\n${body}`);
    return { seq: i + 1, body, hash };
  });
}

const bodyOf = (seq: number, epoch: number): string =>
  JSON.stringify({ seq, epoch, kind: "signal", event: { type: "x" } });
const journal = chain([bodyOf(1, 1), bodyOf(2, 1), bodyOf(3, 2), bodyOf(4, 2)]);

function check(entries: readonly StoredEntry[], from: ChainHead = GENESIS): LinkCheck {
  let head = from;
  for (const entry of entries) {
    const checked = follow(head, entry, sha256);
    if (checked.kind === "broken") return checked;
    head = checked.head;
  }
  return { kind: "whole", head };
}

const faultAt = (entries: readonly StoredEntry[]): number | "whole" => {
  const checked = check(entries);
  return checked.kind === "broken" ? checked.seq : "whole";
};

describe("follow", () => {
  it("H1 links an entry to the text before it by a newline", () => {
    expect(link("", "a", sha256)).toBe(sha256("\na"));
    expect(link("ab", "c", sha256)).not.toBe(link("a", "bc", sha256));
  });

  it("H1 H2 finds a whole journal whole, up to its last entry", () => {
    expect(check(journal)).toEqual({ kind: "whole", head: { seq: 4, hash: journal[3]?.hash, epoch: 2 } });
  });

  it("H1 H3 names the place of any byte that was changed", () => {
    journal.forEach((entry, place) => {
      for (const field of ["body", "hash"] as const) {
        const bytes = Buffer.from(entry[field], "utf8");
        for (let i = 0; i < bytes.length; i++) {
          for (const bit of [1, 64]) {
            const flipped = Buffer.from(bytes);
            flipped[i] = (flipped[i] as number) ^ bit;
            const changed = journal.with(place, { ...entry, [field]: flipped.toString("latin1") });
            expect(faultAt(changed)).toBe(place + 1);
          }
        }
      }
    });
  });

  it("H1 names the place where an entry was cut short", () => {
    journal.forEach((entry, place) => {
      for (let length = 0; length < entry.body.length; length++)
        expect(faultAt(journal.with(place, { ...entry, body: entry.body.slice(0, length) }))).toBe(place + 1);
    });
  });

  it("H2 names the place of an entry that was left out, swapped, repeated or put first", () => {
    const [a, b, c, d] = journal as [StoredEntry, StoredEntry, StoredEntry, StoredEntry];
    expect(faultAt([b, c, d])).toBe(2);
    expect(faultAt([a, c, d])).toBe(3);
    expect(faultAt([a, c, b, d])).toBe(3);
    expect(faultAt([a, a, b])).toBe(1);
    expect(faultAt([])).toBe("whole");
  });

  it("H2 refuses an entry whose place was changed in its text or beside it, hashes made anew", () => {
    expect(check(chain([bodyOf(1, 1), bodyOf(3, 1)]))).toEqual({
      kind: "broken",
      seq: 2,
      reason: "the text says it is entry 3",
    });
    const shifted = chain([bodyOf(1, 1)]).map((entry) => ({ ...entry, seq: 2 }));
    expect(check(shifted)).toEqual({ kind: "broken", seq: 2, reason: "entry 2 follows 0" });
  });

  it("H2 I-J2 refuses an epoch that goes down, hashes made anew", () => {
    expect(check(chain([bodyOf(1, 2), bodyOf(2, 1)]))).toEqual({
      kind: "broken",
      seq: 2,
      reason: "epoch 1 after 2",
    });
    expect(faultAt(chain([bodyOf(1, 2), bodyOf(2, 2), bodyOf(3, 9)]))).toBe("whole");
    expect(faultAt(chain([bodyOf(1, -1)]))).toBe(1);
  });

  it("H2 I-J2 takes a text that names no epoch for one of the first owner, and so of no later one", () => {
    expect(faultAt(chain(['{"seq":1}', bodyOf(2, 1), '{"seq":3}', bodyOf(4, 2)]))).toBe("whole");
    expect(faultAt(chain(['{"seq":1}', bodyOf(2, 2), '{"seq":3}']))).toBe(3);
  });

  it.each([
    "",
    "null",
    "7",
    '"text"',
    "[]",
    "{",
    "{}",
    '{"seq":1,"epoch":null}',
    '{"seq":1,"epoch":"1"}',
    '{"seq":"1","epoch":1}',
  ])("H2 refuses a text that says no place and epoch: %s", (body) => {
    expect(faultAt(chain([body]))).toBe(1);
  });

  it("H1 goes on from the head of a checkpoint, and from no other", () => {
    const head: ChainHead = { seq: 2, hash: journal[1]?.hash ?? "", epoch: 1 };
    expect(check(journal.slice(2), head).kind).toBe("whole");
    expect(check(journal.slice(2), { ...head, hash: journal[0]?.hash ?? "" })).toEqual({
      kind: "broken",
      seq: 3,
      reason: "the text does not match its hash",
    });
    expect(check(journal.slice(2), { ...head, epoch: 3 }).kind).toBe("broken");
  });

  it("takes a journal that was cut after an entry for whole: only a head kept elsewhere can tell", () => {
    expect(check(journal.slice(0, 2))).toMatchObject({ kind: "whole", head: { seq: 2 } });
  });
});
