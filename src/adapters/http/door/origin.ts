/**
 * Origin: may this request be looked at at all? Asked before routes and tokens, of requests and of upgrades.
 *
 * O1  `Host` is, letter by letter, a name this server goes by (A-HTTP-01).
 * O2  An `Origin` that is named is the server's own, that of the `Host` (A-HTTP-03, A-HTTP-04).
 * O3  A browser asks for the page's own sake, but that anybody may link to the page itself (A-HTTP-02).
 */
import type { IncomingMessage } from "node:http";
import { type Answered, Refusal } from "../refusal.ts";

export interface Place {
  /** `127.0.0.1:7777`: every name and port by which the server may be asked. */
  readonly hosts: ReadonlySet<string>;
  /** The origins that belong to a host. */
  readonly originsOf: (host: string) => readonly string[];
}

type Asked = Pick<IncomingMessage, "headers" | "rawHeaders" | "url" | "method">;

/** O1. Undefined: it may be looked at. */
export function nameFault({ headers, rawHeaders, url = "" }: Asked, place: Place | undefined): Answered | undefined {
  const { host } = headers;
  // Node keeps the first of two; another reader may have taken the second.
  const isOne = host !== undefined && count(rawHeaders, "host") === 1;
  const isPath = url.startsWith("/") && !url.startsWith("//");
  return isOne && isPath && place?.hosts.has(host) === true ? undefined : MISDIRECTED;
}

/** O2 and O3, of a request whose name is right. */
export function originFault(request: Asked, place: Place | undefined): Answered | undefined {
  const { host = "", origin } = request.headers;
  const isOwn = origin === undefined || place?.originsOf(host).includes(origin) === true;
  return isOwn && !isForeign(request) ? undefined : FOREIGN;
}

function isForeign({ headers, method, url = "" }: Asked): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return false;
  const isVisit =
    method === "GET" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  return !(isVisit && !/^\/v1(?:$|[/?])/.test(url));
}

const count = (raw: readonly string[], name: string): number =>
  raw.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;

const MISDIRECTED = new Refusal(421, "host.unknown", "this server does not go by that name");
const FOREIGN = new Refusal(403, "origin.foreign", "only this server's own page may ask");
