/** Guard: looks at the tokens of a request, and lets in or refuses. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Refusal } from "../refusal.ts";
import type { Attempts } from "./attempts.ts";
import type { Approver, Credentials, Viewer } from "./credentials.ts";

export interface GuardPorts {
  readonly viewers: Credentials<Viewer>;
  readonly approvers: Credentials<Approver>;
  readonly feeders: Credentials<"feed">;
  readonly attempts: Attempts;
  /** Told once an address has tried too often. Tokens are never in what it is told. */
  readonly alarm: (address: string) => void;
}

/** Where a token came from. */
export interface Caller {
  readonly address: string;
  readonly connection: Duplex;
}

export const callerOf = ({ socket }: Pick<IncomingMessage, "socket">): Caller => ({
  address: socket.remoteAddress ?? "unknown",
  connection: socket,
});

/** Longer is no token of ours. */
const LONGEST = 512;

export class Guard {
  readonly #ports: GuardPorts;

  constructor(ports: GuardPorts) {
    this.#ports = ports;
  }

  /** @throws Refusal 401 or 429. */
  viewer(token: string | undefined, caller: Caller): Viewer {
    const viewer = this.#holder(this.#ports.viewers, token, caller);
    if (viewer === undefined) throw new Refusal(401, "token.wrong", "the token is missing or not this server's");
    // Only now, after all that comes before.
    this.#ports.attempts.right(caller.connection);
    return viewer;
  }

  /** @throws Refusal 403 or 429. */
  approver(token: string | undefined, caller: Caller): Approver {
    const approver = this.#holder(this.#ports.approvers, token, caller);
    if (approver !== undefined) return approver;
    throw new Refusal(403, "approver.wrong", "this takes an approver's credential: a token to look on is none");
  }

  /** @throws Refusal 401 or 429. */
  feeder(token: string | undefined, caller: Caller): void {
    if (this.#holder(this.#ports.feeders, token, caller) === undefined)
      throw new Refusal(401, "token.wrong", "the feed's token is missing or wrong");
  }

  #holder<Holder>(of: Credentials<Holder>, token: string | undefined, caller: Caller): Holder | undefined {
    const { attempts, alarm } = this.#ports;
    const { address, connection } = caller;
    const wait = attempts.wait(address, connection);
    if (wait > 0) throw new TooMany(wait);
    if (token === undefined || token === "") return undefined;
    const holder = token.length > LONGEST ? undefined : of.holderOf(token);
    if (holder === undefined && attempts.wrong(address, connection)) alarm(address);
    return holder;
  }
}

export class TooMany extends Refusal {
  readonly retryAfter: number;

  constructor(wait: number) {
    super(429, "token.limit", "too many wrong tokens came from there; wait, and open the page anew");
    this.retryAfter = Math.ceil(wait / 1_000);
  }
}

/** The token of an `Authorization: Bearer` header. */
export const bearerOf = (header: string | undefined): string | undefined =>
  header === undefined ? undefined : (/^Bearer ([^\s]+)$/i.exec(header)?.[1] ?? "");
