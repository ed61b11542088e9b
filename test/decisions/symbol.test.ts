import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint, placesOf, sayingOf, settledText } from "../../src/decisions/symbol.ts";

describe("S1 settledText", () => {
  it.each([
    ["a date and time", "done 2026-01-31T23:59:59.123Z.", "done 2027-02-01T00:00:00Z."],
    ["one with a space and a zone", "at 2026-01-31 23:59:59+01:00", "at 2026-02-01 00:00:00-0300"],
    ["a time of day", "[12:00:01] ready", "[09:14:59.5] ready"],
    ["a uuid", "id 0b9f1c9e-1111-4a2b-9c3d-abcdefabcdef", "id FFFFFFFF-2222-4a2b-9c3d-abcdefabcdef"],
    ["an address in memory", "<Foo at 0x7f3a>", "<Foo at 0xdeadbeef>"],
    ["a hash", "commit a3f5c9d8e7b61234", "commit 00ff11ee22dd33cc44"],
    ["seconds since 1970", "t=1700000000", "t=1800000000123"],
    ["a duration", "took 12.5 s", "took 9ms"],
    ["a duration in words", "visited 8 seconds ago", "visited 12 minutes ago"],
    ["a temporary path", "wrote /tmp/tmpab12/out.txt", "wrote /tmp/other/out.txt"],
    ["a field that says how long", '{"durationMs":12,"ok":true}', '{"durationMs":9999.5,"ok":true}'],
    ["a field that says when", '{"createdAt":"yesterday","n":1}', '{"createdAt":"today","n":1}'],
  ])("S1 leaves out %s", (_, one, other) => {
    expect(settledText(one)).toBe(settledText(other));
    expect(settledText(one)).not.toBe(one);
  });

  it.each([
    ["progress 40%", "progress 41%"],
    ["3 tests failed", "2 tests failed"],
    ["line 12", "line 13"],
    ["version 1.2.3", "version 1.2.4"],
    ["user 12345", "user 12346"],
    ["face", "cafe"],
    ["/home/a/out", "/home/b/out"],
  ])("S1 keeps %s apart from %s", (one, other) => {
    expect(settledText(one)).not.toBe(settledText(other));
  });

  it("S1 takes time in proportion to the text, whatever it says", () => {
    const hostile = ["1", "a", "0x", '"duration', "2026-", "/tmp/", "12:", "f0", '"aAt'].map((part) =>
      part.repeat(40_000),
    );
    const begun = performance.now();
    for (const text of hostile) settledText(`${text}1`);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

describe("S2 placesOf", () => {
  it("S2 finds paths, files and addresses, wherever they stand", () => {
    const args = { path: "/src/a.ts", edits: [{ file: "b.test.ts" }, { url: "https://x.org/c?d=1" }], back: "C:\\d" };
    expect(placesOf(args)).toEqual(["/src/a.ts", "b.test.ts", "https://x.org/c?d=1", "C:\\d"]);
  });

  it.each([
    ["plain words"],
    ["look at a.ts"],
    ["1.25"],
    ["1/2"],
    ["x".repeat(401).concat("/a")],
    [""],
    [7],
    [null],
    [true],
  ])("S2 takes %j for no place", (value) => {
    expect(placesOf({ value })).toEqual([]);
  });

  it("S2 names each place once, and sixteen at most", () => {
    expect(placesOf(["a/b", "a/b"])).toEqual(["a/b"]);
    expect(placesOf(Array.from({ length: 40 }, (_, i) => `f/${i}x`))).toHaveLength(16);
  });
});

describe("sayingOf", () => {
  it.each([
    [null, "nothing"],
    ["", "nothing"],
    ["  \n", "nothing"],
    [[], "nothing"],
    [{}, "nothing"],
    ["ok", "done"],
    [0, "done"],
    [false, "done"],
    [{ ok: true }, "done"],
    ["x".repeat(64), "something"],
    [{ a: { b: ["y".repeat(70)] } }, "something"],
    [Array.from({ length: 40 }, () => 1), "something"],
  ] as const)("of %j is %s", (value, saying) => {
    expect(sayingOf(value)).toBe(saying);
  });
});

describe("fingerprint", () => {
  it("tells texts apart, and gives the same for the same", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(fingerprint(one) === fingerprint(other)).toBe(one === other);
      }),
    );
    const names = new Set(Array.from({ length: 50_000 }, (_, i) => fingerprint(`step ${i}`)));
    expect(names.size).toBe(50_000);
  });
});
