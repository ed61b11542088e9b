import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identifyLicences } from "../../../cli/review/analysis/licences/licence-text.ts";
import { assessLicences, type LicenceSources } from "../../../cli/review/analysis/licences/licences.ts";
import { obligationOf } from "../../../cli/review/analysis/licences/obligation.ts";
import { formatSpdx, parseSpdx, type Spdx } from "../../../cli/review/analysis/licences/spdx.ts";
import { MIT_TEXT } from "./licence-samples.ts";
import { lockedPackage } from "./locked-package.ts";

const expression = (text: string): Spdx | string => {
  const reading = parseSpdx(text);
  return reading.kind === "expression" ? reading.expression : reading.why;
};
const one = (id: string): Spdx => ({ kind: "licence", id, orLater: false });

describe("SPDX expressions", () => {
  it("L1 binds AND tighter than OR, and WITH tighter than both", () => {
    const isc = one("ISC");
    expect(expression("MIT OR ISC AND Zlib")).toEqual({
      kind: "or",
      left: one("MIT"),
      right: { kind: "and", left: isc, right: one("Zlib") },
    });
    expect(expression("(MIT OR ISC) AND Zlib")).toEqual({
      kind: "and",
      left: { kind: "or", left: one("MIT"), right: isc },
      right: one("Zlib"),
    });
    expect(expression("GPL-2.0+ WITH Classpath-exception-2.0 OR MIT")).toEqual({
      kind: "or",
      left: { kind: "licence", id: "GPL-2.0", orLater: true, exception: "Classpath-exception-2.0" },
      right: one("MIT"),
    });
  });

  it.each([
    "",
    " ",
    "MIT OR",
    "OR MIT",
    "(MIT",
    "MIT)",
    "MIT ISC",
    "MIT WITH",
    "(MIT OR ISC) WITH x",
    "MIT/ISC",
    "AND",
    "MIT & ISC",
    "(".repeat(100),
  ])("L2 calls %j invalid, with a reason", (text) => {
    const reading = parseSpdx(text);
    expect(reading).toMatchObject({ kind: "invalid", why: expect.stringMatching(/\S/) });
  });

  it("L2 never throws", () => {
    const hostile = fc.array(fc.constantFrom("(", ")", "AND", "OR", "WITH", "MIT", "+", " ", "and", "é"), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          hostile.map((parts) => parts.join(" ")),
        ),
        (text) => void parseSpdx(text),
      ),
    );
  });

  const { tree } = fc.letrec<{ tree: Spdx; leaf: Spdx }>((tie) => ({
    leaf: fc.record(
      {
        kind: fc.constant("licence" as const),
        id: fc.constantFrom("MIT", "GPL-2.0", "LicenseRef-x", "DocumentRef-a:LicenseRef-b"),
        orLater: fc.boolean(),
        exception: fc.constantFrom("Classpath-exception-2.0", "x"),
      },
      { requiredKeys: ["kind", "id", "orLater"] },
    ) as fc.Arbitrary<Spdx>,
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      tie("leaf"),
      fc.record({ kind: fc.constantFrom("and" as const, "or" as const), left: tie("tree"), right: tie("tree") }),
    ) as fc.Arbitrary<Spdx>,
  }));

  it("L3 reads what it wrote as what it was", () => {
    fc.assert(
      fc.property(tree, (written) => {
        expect(expression(formatSpdx(written))).toEqual({ ...written });
      }),
    );
  });
});

describe("obligations", () => {
  it.each([
    ["MIT", "permissive"],
    ["MIT OR GPL-3.0-only", "permissive"],
    ["MIT AND GPL-3.0-only", "copyleft"],
    ["GPL-2.0-only WITH Classpath-exception-2.0", "weak-copyleft"],
    ["GPL-2.0-only WITH Some-exception", "copyleft"],
    ["MPL-2.0", "weak-copyleft"],
    ["AGPL-3.0-or-later", "network-copyleft"],
    ["(MIT OR Apache-2.0) AND LGPL-2.1+", "weak-copyleft"],
    ["MIT AND Made-Up-1.0", "unknown"],
    ["MIT OR Made-Up-1.0", "permissive"],
    ["UNLICENSED", "proprietary"],
    ["SEE LICENSE IN LICENSE", "unknown"],
    ["constructor", "unknown"],
    [undefined, "unknown"],
  ] as const)("O1 O2 weighs %s as %s", (licence, obligation) => {
    expect(obligationOf(licence)).toBe(obligation);
  });
});

describe("licence texts", () => {
  it.each([
    ["MIT", MIT_TEXT],
    [
      "ISC",
      "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that the above copyright notice and this permission notice appear in all copies.",
    ],
    ["Apache-2.0", "Apache License\n   Version 2.0, January 2004\n http://www.apache.org/licenses/"],
    [
      "BSD-2-Clause",
      "Redistribution and use in source and binary forms, with or without modification, are permitted provided that",
    ],
    [
      "BSD-3-Clause",
      "Redistribution and use in source and binary forms, with or without\n * modification, are permitted provided. Neither the name of the copyright holder",
    ],
    [
      "GPL-3.0",
      "GNU GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007 ... use with the GNU Affero General Public License.",
    ],
    ["GPL-2.0", "GNU GENERAL PUBLIC LICENSE\n Version 2, June 1991"],
    ["LGPL-2.1", "GNU LESSER GENERAL PUBLIC LICENSE\n Version 2.1, February 1999"],
    ["LGPL-3.0", "GNU LESSER GENERAL PUBLIC LICENSE Version 3, 29 June 2007"],
    ["AGPL-3.0", "GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3, 19 November 2007"],
    ["MPL-2.0", "Mozilla Public License Version 2.0\n 1.4. “Covered Software” means"],
    ["Unlicense", "This is free and unencumbered software released into the public domain."],
    ["CC0-1.0", "Creative Commons Legal Code\n\nCC0 1.0 Universal"],
  ])("knows %s by its sentences, whatever the line breaks", (id, text) => {
    expect(identifyLicences(text)).toEqual([id]);
  });

  it("names both of two, in their order, and none of a text it does not know", () => {
    expect(identifyLicences(`${MIT_TEXT}\n\nApache License Version 2.0, January 2004`)).toEqual(["MIT", "Apache-2.0"]);
    expect(identifyLicences("All rights reserved.")).toEqual([]);
  });
});

describe("licences of a tree", () => {
  const sources: LicenceSources = {
    manifestPath: "package.json",
    declared: "MIT",
    texts: [{ path: "LICENSE", text: MIT_TEXT }],
    packages: [],
    installed: new Map(),
  };
  const rules = (changes: Partial<LicenceSources>) =>
    assessLicences({ ...sources, ...changes }).findings.map(({ rule, severity }) => `${severity} ${rule}`);

  it("finds nothing wrong when manifest and text agree", () => expect(rules({})).toEqual([]));
  it("finds a mismatch of manifest and text", () =>
    expect(rules({ declared: "Apache-2.0" })).toEqual(["high licence.mismatch"]));
  it("takes GPL-3.0-or-later and the text of the GPL 3 for the same", () =>
    expect(
      rules({
        declared: "GPL-3.0-or-later",
        texts: [{ path: "COPYING", text: "GNU General Public License Version 3, 29 June 2007" }],
      }),
    ).toEqual(["medium licence.own-copyleft"]));
  it("lets the text decide where the manifest points to it", () => {
    const facts = assessLicences({ ...sources, declared: "SEE LICENSE IN LICENSE" });
    expect([facts.obligation, facts.findings]).toEqual(["permissive", []]);
  });
  it("finds what is missing, closed or not an expression", () => {
    expect(rules({ declared: null, texts: [] })).toEqual(["high licence.text", "medium licence.undeclared"]);
    expect(rules({ declared: "UNLICENSED" })).toEqual(["high licence.closed"]);
    expect(rules({ declared: "MIT, mostly" })).toEqual(["medium licence.invalid"]);
    expect(rules({ manifestPath: null, declared: null })).toEqual([]);
  });

  it("counts what is pulled in, takes installed manifests where the lockfile is silent, and unknown for what it is", () => {
    const packages = [
      lockedPackage("a", { licence: "MIT" }),
      lockedPackage("b"),
      lockedPackage("c"),
      lockedPackage("d", { licence: "GPL-3.0-only", dev: true }),
      lockedPackage("e", { licence: "AGPL-3.0-only" }),
    ];
    const facts = assessLicences({ ...sources, packages, installed: new Map([["b@1.0.0", "ISC"]]) });
    expect(facts.byObligation).toMatchObject({ permissive: 2, unknown: 1, copyleft: 1, "network-copyleft": 1 });
    expect(facts.findings.map(({ rule }) => rule)).toEqual([
      "licence.copyleft",
      "licence.unknown",
      "licence.copyleft-dev",
    ]);
    expect(facts.heavy.items.map(({ name }) => name)).toEqual(["d", "e"]);
  });
});
