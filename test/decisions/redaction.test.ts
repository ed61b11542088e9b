import fc from "fast-check";
import { expect, it } from "vitest";
import { environmentSecrets } from "../../src/adapters/environment-secrets.ts";
import type { Json } from "../../src/contracts/json.ts";
import { REDACTED, redaction } from "../../src/decisions/redaction.ts";

const SECRETS = ["abababab", "abababababab", "key-key-key"];

/** Texts in which secrets are likely. */
const texts = fc
  .array(fc.constantFrom("ab", "key-", "key", "x", REDACTED), { maxLength: 10 })
  .map((parts) => parts.join(""));
const values = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    texts,
    fc.integer(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(texts, tie("value"), { maxKeys: 3 }),
  ),
})).value;

it("R1 no text of what comes out holds a secret, and what holds none is the very same value", () => {
  const redact = redaction(SECRETS);
  fc.assert(
    fc.property(values, (value) => {
      const left = redact?.(value) as Json;
      const said = JSON.stringify(value);
      const isClean = SECRETS.every((secret) => !said.includes(secret));
      expect(SECRETS.some((secret) => JSON.stringify(left).includes(secret))).toBe(false);
      if (isClean) expect(left).toBe(value);
      else expect(JSON.stringify(left)).toContain(REDACTED);
    }),
  );
});

it("R3, F-DAT-09 a text in pieces shows what the whole would show, wherever it was cut", () => {
  const pieces = fc.array(texts, { maxLength: 8 });
  fc.assert(
    fc.property(pieces, (cut) => {
      const take = redaction(SECRETS)?.stream() as (piece?: string) => string;
      const shown = [...cut.map((piece) => take(piece)), take()];
      for (const secret of SECRETS) expect(shown.join("")).not.toContain(secret);
      const whole = cut.join("");
      if (SECRETS.every((secret) => !whole.includes(secret))) expect(shown.join("")).toBe(whole);
    }),
  );
});

it("R3, F-DAT-09 a secret cut at any place is not shown, and what is around it is", () => {
  const said = `my key-key-key is mine`;
  for (let at = 0; at <= said.length; at++) {
    const take = redaction(SECRETS)?.stream() as (piece?: string) => string;
    expect(take(said.slice(0, at)) + take(said.slice(at)) + take()).toBe(`my ${REDACTED} is mine`);
  }
});

it("R1 of a secret within a secret nothing is left", () => {
  expect(redaction(SECRETS)?.("<abababababab>")).toBe(`<${REDACTED}>`);
});

it("R2 without secrets, or with none long enough to be told from a word, there is nothing to do", () => {
  expect(redaction([])).toBeUndefined();
  expect(redaction(["", "postgres".slice(1)])).toBeUndefined();
});

it("the environment's secrets are told by their names, and passwords in URLs by their place", () => {
  const long = "0123456789abcdef";
  const found = environmentSecrets({
    OPENAI_API_KEY: long,
    "npm-token": `${long}1`,
    DB_PASSWORD: "postgres",
    MONKEY: long,
    PATH: `/usr/bin:${long}`,
    DATABASE_URL: `postgres://ann:p%40ss-word@db:5432/x`,
    BROKEN_URL: "postgres://ann:%zz@x",
    EMPTY_KEY: undefined,
  });
  expect(found).toEqual([long, `${long}1`, "p%40ss-word", "p@ss-word"]);
});
