/**
 * Credentials: who holds a token, and what it lets them see and do.
 *
 * C1  A token is 256 random bits. Only its digest is kept, and all digests are compared, each in constant time (A-HTTP-07).
 * C2  To see and to decide are two credentials: one does not serve as the other (A-HTTP-05).
 * C3  Whose word a decision is, is what the credential says (A-ID-03).
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { RuntimeError } from "../../../contracts/errors.ts";
import type { PersonId, RunId } from "../../../contracts/ids.ts";

export type Scope = (run: RunId) => boolean;

/** Whoever may see runs. */
export interface Viewer {
  readonly name: string;
  readonly may: Scope;
}

/** A person who may decide. */
export interface Approver {
  readonly person: PersonId;
  readonly may: Scope;
}

/** Shortest text that can hold 256 bits in base64url. */
const TOKEN_LENGTH = 43;

export const newToken = (): string => randomBytes(32).toString("base64url");

/** @throws RuntimeError `config.invalid`: too short to be kept secret by its length alone. */
export function tokenGiven(token: string, whose: string): string {
  if (/^[\w.~+/=-]+$/.test(token) && token.length >= TOKEN_LENGTH) return token;
  const text = `the token of ${whose} must have at least ${TOKEN_LENGTH} characters of A-Z a-z 0-9 - . _ ~ + / =: leave it out, and one is made`;
  throw new RuntimeError("config.invalid", text);
}

const digestOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** Holders by token. */
export class Credentials<Holder> {
  readonly #held: { readonly digest: Buffer; readonly holder: Holder }[] = [];

  add(token: string, holder: Holder): void {
    this.#held.push({ digest: digestOf(token), holder });
  }

  holderOf(token: string): Holder | undefined {
    const digest = digestOf(token);
    let found: Holder | undefined;
    // To the end, wherever it is found.
    for (const { digest: known, holder } of this.#held) if (timingSafeEqual(known, digest)) found = holder;
    return found;
  }
}
