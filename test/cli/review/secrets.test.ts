import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entropyOf } from "../../../cli/review/analysis/secrets/assignments.ts";
import { countSecrets } from "../../../cli/review/analysis/secrets/secret-count.ts";
import { findSecrets, redactText } from "../../../cli/review/analysis/secrets/secrets.ts";

// Put together at run time: a text of this shape in a source file would itself be found, here and by others.
const random = "k7Qz9XvB2mLpR4tYw8Ns3HdJf6Gc1Ae5UoIi0ZqK9xWvTnMb";
const samples: readonly (readonly [string, string])[] = [
  ["aws-access-key", `AKIA${"Q3WZ7KPX2VNM5RTY"}`],
  ["github-token", `ghp_${random.slice(0, 36)}`],
  ["github-token", `github_pat_${random}_${random}`],
  ["gitlab-token", `glpat-${random.slice(0, 20)}`],
  ["slack-token", `xoxb-${"2938475610"}-${random.slice(0, 24)}`],
  ["stripe-key", `sk_live_${random.slice(0, 24)}`],
  ["google-key", `AIza${random.slice(0, 35)}`],
  ["npm-token", `npm_${random.slice(0, 36)}`],
  ["pypi-token", `pypi-${random}${random.slice(0, 20)}`],
  ["anthropic-key", `sk-ant-${random}`],
  ["openai-key", `sk-proj-${random}`],
  ["jwt", `eyJ${random.slice(0, 20)}.eyJ${random.slice(3, 40)}.${random.slice(0, 43)}`],
];

describe("credentials", () => {
  it.each(samples)("knows the shape of: %s", (rule, secret) => {
    for (const text of [secret, `key = "${secret}"`, `a\nb: ${secret};`, `curl -H 'Authorization: Bearer ${secret}'`]) {
      expect(findSecrets("src/a.ts", text)).toMatchObject([
        { rule, likelihood: "likely", line: text.startsWith("a") ? 2 : 1 },
      ]);
    }
  });

  it("does not take longer or shorter texts of the same beginning for one", () => {
    expect(findSecrets("a.ts", `AKIA${"A1".repeat(9)} ghp_short AKIAshort npm_install_all_the_packages`)).toEqual([]);
  });

  it("knows a private key by its body; a heading alone is a program that looks for one", () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${random}${random}\n-----END RSA PRIVATE KEY-----`;
    expect(findSecrets("deploy.pem", key)).toMatchObject([{ rule: "private-key", line: 1, likelihood: "likely" }]);
    expect(findSecrets("a.ts", 'if (text.includes("-----BEGIN RSA PRIVATE KEY-----")) warn();')).toEqual([]);
  });

  it("takes a value for a password when it is named so and looks random", () => {
    const found = (text: string, path = "src/a.ts") => findSecrets(path, text).map(({ rule }) => rule);
    expect(found('const password = "x9$Kq2!mZp7w";')).toEqual(["assigned-secret"]);
    expect(found('"client_secret": "9f86d081884c7d659a2f"')).toEqual(["assigned-secret"]);
    expect(found("DB_PASSWORD=x9Kq2mZp7wTr", ".env")).toEqual(["assigned-secret"]);
    expect(found("DB_PASSWORD=x9Kq2mZp7wTr", "src/a.ts")).toEqual([]);
    expect(found('password: string; token = "identifier"; secret = "https://a.b/c1d2e3f4"')).toEqual([]);
    expect(found('apiKey: "$API_KEY_1_of_many"; secretName = "MY_SECRET_KEY_1"; password = "aaaaaaa1"')).toEqual([]);
  });

  it("K3 ranks what is made up, and what belongs to tests, below", () => {
    const [, token = ""] = samples[1] ?? [];
    const of = (path: string, text: string) => findSecrets(path, text)[0]?.likelihood;
    expect(of("src/a.ts", token)).toBe("likely");
    expect(of("test/a.ts", token)).toBe("possible");
    expect(of("README.md", token)).toBe("possible");
    expect(of(".env.example", token)).toBe("possible");
    expect(of("src/a.ts", `AKIA${"IOSFODNN7EXAMPLE"}`)).toBe("placeholder");
    expect(of("src/a.ts", `ghp_${"x".repeat(36)}`)).toBe("placeholder");
  });

  it("measures entropy in bits a character", () => {
    expect([entropyOf("aaaa"), entropyOf("abab"), entropyOf("abcd")]).toEqual([0, 1, 2]);
  });
});

const alphabet = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
const body = (length: number) => fc.string({ unit: alphabet, minLength: length, maxLength: length });
const secret = fc.oneof(
  body(36).map((text) => `ghp_${text}`),
  body(24).map((text) => `sk_live_${text}`),
  body(35).map((text) => `AIza${text}`),
  body(16).map((text) => `AKIA${text.toUpperCase()}`),
  fc.tuple(body(20), body(30), body(43)).map(([a, b, c]) => `eyJ${a}.eyJ${b}.${c}`),
);
const around = fc.string({
  unit: fc.constantFrom(" ", "\n", '"', "'", "=", ":", ";", "é", "password", "secret: ", "<", "`"),
});

it("F-DAT-08 K1 shows no more than four characters of a credential, anywhere", () => {
  fc.assert(
    fc.property(secret, around, around, (token, before, after) => {
      const text = `${before} ${token} ${after}`;
      const count = countSecrets();
      count.add("src/a.ts", text, false);
      const shown = JSON.stringify(count.facts());
      const safe = redactText("src/a.ts", text);
      expect(count.facts().matches.total).toBeGreaterThan(0);
      for (const output of [shown, safe.text]) {
        for (let at = 0; at + 8 <= token.length; at += 1) expect(output).not.toContain(token.slice(at, at + 8));
      }
    }),
    { numRuns: 300 },
  );
});

it("F-DAT-08 K1 shows less of a short password", () => {
  const safe = redactText("a.ts", 'password = "x9$Kq2!m"; next');
  expect(safe).toEqual({ text: 'password = "x9… (8 characters)"; next', redactions: 1 });
});

it("F-DAT-08 redacts the body of a private key, line by line", () => {
  const text = `a\n-----BEGIN PRIVATE KEY-----\n${random}${random}\n${random}\n-----END PRIVATE KEY-----\nb`;
  const safe = redactText("a.pem", text);
  expect(safe.text).not.toContain(random.slice(0, 10));
  expect(safe.text.split("\n")).toHaveLength(6);
});

it("leaves a text without credentials as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", " ", "\n", "\r", "=", '"', "é") }), (text) => {
      expect(redactText("a.ts", text)).toEqual({ text, redactions: 0 });
    }),
  );
});

describe("F-RES-04 K2 takes linear time on a hostile line of 1 MB", () => {
  it.each([
    "eyJ",
    "eyJ.",
    "eyJaaaaaaaaaa.",
    "AKIA",
    "ghp_",
    "password",
    "password=",
    'password = "',
    "password:    ",
    'secret="a1b2c3d4',
    "xoxb-",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "a",
    "-",
    "=",
    "\t",
    "api_key_",
    "sk-",
  ])("%j", (piece) => {
    const line = piece.repeat(Math.ceil(1_048_576 / piece.length));
    const started = performance.now();
    findSecrets(".env", line);
    redactText(".env", line);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

it("F-TOOL-08 keeps the worst of many matches and counts the rest", () => {
  const count = countSecrets();
  for (let n = 0; n < 500; n += 1) count.add(`test/${n}.ts`, samples[1]?.[1] ?? "", false);
  count.add("src/real.ts", samples[1]?.[1] ?? "", true);
  const facts = count.facts();
  expect(facts.counts).toEqual({ likely: 1, possible: 500, placeholder: 0 });
  expect(facts.matches).toMatchObject({ total: 501, leftOut: 451 });
  expect(facts.matches.items[0]).toMatchObject({ path: "src/real.ts", likelihood: "likely" });
  expect(facts.partlyScanned).toBe(1);
  expect(facts.findings.map(({ rule }) => rule)).toEqual(["secret.likely", "secret.possible"]);
});
