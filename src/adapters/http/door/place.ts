/**
 * Place: where the server listens, and by which names it goes.
 *
 * L1  This machine only, unless another address is asked for; then a token must have been given, and a warning is said
 *     (A-HTTP-08).
 */
import { isIP } from "node:net";
import { RuntimeError } from "../../../contracts/errors.ts";
import type { ServeOptions } from "../options.ts";
import type { Place } from "./origin.ts";

/** Both of them, or the one that was asked for. */
export function addressesOf({ host = LOCAL[0] }: Pick<ServeOptions, "host">): readonly [string, ...string[]] {
  return host === "localhost" || host === LOCAL[0] ? LOCAL : [host];
}

const LOCAL = ["127.0.0.1", "::1"] as const;

export const isLocal = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/.test(host);

/** @throws RuntimeError `config.invalid` */
export function checkPlace(options: ServeOptions): void {
  const { host = LOCAL[0], port = 0, publicUrl, token } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw invalid("port must be a whole number from 0 to 65535");
  if (publicUrl !== undefined && originIn(publicUrl) === undefined)
    throw invalid(`publicUrl must be an address such as https://runs.example.com, without a path, not "${publicUrl}"`);
  if (isLocal(host)) return;
  if (isIP(host) === 0) throw invalid(`host must be an IP address of this machine or "localhost", not "${host}"`);
  if (token === undefined) throw invalid(`other machines can reach ${host}: give a token, of 43 characters or more`);
  if (isEvery(host) && publicUrl === undefined)
    throw invalid(`${host} has no name of its own: give the address by which people come as publicUrl`);
}

const invalid = (message: string): RuntimeError => new RuntimeError("config.invalid", message);

const isEvery = (host: string): boolean => /^(?:0\.0\.0\.0|::|::ffff:0\.0\.0\.0)$/.test(host);

const originIn = (url: string): string | undefined => {
  const parsed = URL.parse(url);
  const isPlain = parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.href === `${parsed.origin}/`;
  return isPlain ? parsed.origin : undefined;
};

export const WARNING =
  "other machines can reach this server, and what is said with it is not encrypted: put one that speaks TLS in front of it";

export function placeOf(port: number, options: ServeOptions): Place & { readonly url: string } {
  const { host = LOCAL[0], publicUrl } = options;
  const names = isLocal(host) ? ["127.0.0.1", "[::1]", "localhost"] : [isIP(host) === 6 ? `[${host}]` : host];
  const own = names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  const outer = publicUrl === undefined ? undefined : new URL(publicUrl);
  return {
    hosts: new Set([...own, ...(outer === undefined ? [] : [outer.host])]),
    originsOf: (asked) => (asked === outer?.host ? [outer.origin] : [`http://${asked.replace(/:80$/, "")}`]),
    url: outer?.origin ?? `http://${own[0]}`,
  };
}
