/** Options: what whoever serves may say, and what follows from it. */
import { RuntimeError } from "../../contracts/errors.ts";
import type { PersonId, RunId } from "../../contracts/ids.ts";
import { type Approver, Credentials, newToken, type Scope, tokenGiven, type Viewer } from "./door/credentials.ts";
import type { Limits } from "./limits.ts";
import type { Extras } from "./offer.ts";

/** What one holder of a token may see, or decide about. */
export interface Access {
  /** Default: a new one. */
  readonly token?: string;
  /** Default: all runs. */
  readonly runs?: (run: RunId) => boolean;
}

export interface ServeOptions extends Extras {
  /** Default 0: any that is free. */
  readonly port?: number;
  /**
   * Default `127.0.0.1`, and `::1` with it. On any other, traffic is not encrypted and can be read on its way: put a
   * server that speaks TLS in front, and name the address people use as `publicUrl`.
   */
  readonly host?: string;
  /** The address by which people come, where it is not the one that is listened on: `https://runs.example.com`. */
  readonly publicUrl?: string;
  /** Of 43 characters or more; needed where `host` is not this machine only. Default: a new one of 256 bits. */
  readonly token?: string;
  /** The runs that the holder of `token` may see. Default: all. */
  readonly runs?: (run: RunId) => boolean;
  /** More who may look on, by name. */
  readonly viewers?: { readonly [name: string]: Access };
  /** Who may decide, pause, cancel and fork: each has a credential of their own, and is named in the journal by it. */
  readonly approvers?: readonly PersonId[] | { readonly [person: PersonId]: Access };
  /** The folder of the page. Default: the one that comes with the package. */
  readonly page?: string;
  /** Of the address at which other applications feed what they do, where they can. Default: a new one. */
  readonly feedToken?: string;
  /** Told of what its owner should know. No token is in it. Default: a process warning. */
  readonly warn?: (line: string) => void;
  readonly limits?: Partial<Limits>;
}

export interface Keys {
  readonly token: string;
  readonly viewerTokens: Readonly<Record<string, string>>;
  readonly approverTokens: Readonly<Record<PersonId, string>>;
  readonly feedToken: string;
  readonly viewers: Credentials<Viewer>;
  readonly approvers: Credentials<Approver>;
  readonly feeders: Credentials<"feed">;
}

const everything: Scope = () => true;

/** @throws RuntimeError `config.invalid` */
export function keysOf(options: ServeOptions): Keys {
  const viewers = new Credentials<Viewer>();
  const approvers = new Credentials<Approver>();
  const { token: own, runs: may = everything } = options;
  const token = own === undefined ? newToken() : tokenGiven(own, "the server");
  viewers.add(token, { name: "", may });
  const viewerTokens = issued(options.viewers ?? {}, (given, name, scope) => viewers.add(given, { name, may: scope }));
  const approverTokens = issued(peopleIn(options.approvers ?? []), (given, person, scope) =>
    approvers.add(given, { person, may: scope }),
  );
  const feeders = new Credentials<"feed">();
  const feedToken = options.feedToken === undefined ? newToken() : tokenGiven(options.feedToken, "the feed");
  feeders.add(feedToken, "feed");
  refuseTwice([token, feedToken, ...Object.values(viewerTokens), ...Object.values(approverTokens)]);
  return { token, viewerTokens, approverTokens, feedToken, viewers, approvers, feeders };
}

type Add = (token: string, name: string, may: Scope) => void;

function issued(holders: { readonly [name: string]: Access }, add: Add): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(holders).map(([name, { token: given, runs: may = everything }]) => {
      if (name === "") throw new RuntimeError("config.invalid", "whoever has a token has a name: give one");
      const token = given === undefined ? newToken() : tokenGiven(given, name);
      add(token, name, may);
      return [name, token];
    }),
  );
}

const peopleIn = (approvers: NonNullable<ServeOptions["approvers"]>): { readonly [person: PersonId]: Access } =>
  isList(approvers) ? Object.fromEntries(approvers.map((person) => [person, {}])) : approvers;

const isList = (approvers: NonNullable<ServeOptions["approvers"]>): approvers is readonly PersonId[] =>
  Array.isArray(approvers);

/** To look on and to decide are two credentials. */
function refuseTwice(tokens: readonly string[]): void {
  if (new Set(tokens).size < tokens.length)
    throw new RuntimeError("config.invalid", "two holders have the same token: give each their own");
}
