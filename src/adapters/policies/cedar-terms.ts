/**
 * Cedar terms: what the annotations of a policy say of whom to ask.
 *
 *   @approval("finance")   a permit asks this role before it permits; without a value, the first role of the run's ladder
 *   @quorum("2")           so many different people
 *   @expires("24h")        and silence refuses after so long: s, m, h or d
 *   @reason("…")           what people are told
 */
import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { Terms } from "../../contracts/tools.ts";

/** An annotation that is not known may be one that is misspelt, and a permit without its `@approval` permits too much. */
const KNOWN = ["id", "approval", "quorum", "expires", "reason", "description"];

const MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export interface Annotated {
  readonly terms: Terms | undefined;
  readonly reason: string | undefined;
  readonly wrong: readonly string[];
}

export function termsOf({ effect, annotations = {} }: PolicyJson): Annotated {
  const reason = annotations["reason"] ?? undefined;
  const unknown = Object.keys(annotations).filter((name) => !KNOWN.includes(name));
  const wrong = unknown.map((name) => `@${name} is not known; there are ${KNOWN.map((one) => `@${one}`).join(", ")}`);
  const asks = Object.hasOwn(annotations, "approval");
  const quorum = numberOf(annotations, "quorum", /^[1-9]\d{0,3}$/, Number);
  const expiresMs = numberOf(annotations, "expires", /^[1-9]\d{0,5}[smhd]$/, msOf);
  if (asks && effect === "forbid")
    wrong.push("@approval stands on a forbid, which nobody can lift; put it on a permit");
  if (!asks && (quorum !== undefined || expiresMs !== undefined))
    wrong.push("@quorum and @expires say how an @approval is given, and there is none");
  if (Number.isNaN(quorum)) wrong.push('@quorum is a number of people, such as @quorum("2")');
  if (Number.isNaN(expiresMs)) wrong.push('@expires is a time in s, m, h or d, such as @expires("24h")');
  if (!asks) return { terms: undefined, reason, wrong };
  const role = annotations["approval"] ?? "";
  return {
    terms: {
      reason: reason ?? "",
      ...(role === "" ? {} : { role }),
      ...(quorum === undefined ? {} : { quorum }),
      ...(expiresMs === undefined ? {} : { expiresMs }),
    },
    reason,
    wrong,
  };
}

const msOf = (text: string): number => Number(text.slice(0, -1)) * (MS[text.slice(-1)] ?? Number.NaN);

function numberOf(
  annotations: Readonly<Record<string, string | null>>,
  name: string,
  form: RegExp,
  read: (text: string) => number,
): number | undefined {
  if (!Object.hasOwn(annotations, name)) return undefined;
  const text = annotations[name] ?? "";
  return form.test(text) ? read(text) : Number.NaN;
}
