/**
 * Outside fetch: gets pages of other machines, and of no address inside, wherever a name or a redirect leads.
 *
 * O1  The address that is looked at is the one that is connected to: a name that leads elsewhere the next time is asked
 *     once.
 * O2  Each redirect is looked at as the first address was, and takes no headers to another origin.
 */
import { lookup } from "node:dns";
import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { Readable } from "node:stream";
import { RuntimeError } from "../../contracts/errors.ts";
import { isOutside } from "./outside-address.ts";

export interface OutsideRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Default 5. */
  readonly redirects?: number;
}

/** As `node:net` has it, which a reader of these types need not have. */
export type Lookup = (
  hostname: string,
  options: { readonly all?: boolean | undefined },
  callback: (
    error: Error | null,
    address: string | { readonly address: string; readonly family: number }[],
    family?: number,
  ) => void,
) => void;

/** Whether a host, by name or address, may be reached. */
export type Reach = (host: string) => boolean;

/** For `node:http`, `node:net` and whatever takes a `lookup`: names that lead inside are refused. */
export const outsideLookup: Lookup = lookupWithin(isOutside);

/**
 * `fetch` for tools whose address an agent names.
 *
 * @throws RuntimeError `tool.rejected` for an address inside, or one that is not http or https.
 */
export const outsideFetch = (address: string, options: OutsideRequest = {}): Promise<Response> =>
  fetchWithin(isOutside, address, options);

export function lookupWithin(reach: Reach): Lookup {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "");
      const [first] = found;
      const beyond = found.find(({ address }) => !reach(address));
      if (beyond !== undefined || first === undefined) callback(refused(hostname, beyond?.address), "");
      else if (options.all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

const refused = (hostname: string, address = "nowhere"): RuntimeError =>
  new RuntimeError("tool.rejected", `${hostname} leads to ${address}, which is not outside`);

export async function fetchWithin(reach: Reach, address: string, options: OutsideRequest): Promise<Response> {
  const { method = "GET", redirects = 5 } = options;
  let [url, asked] = [urlWithin(reach, address), options];
  for (let left = redirects; ; left--) {
    const response = await once(url, asked, lookupWithin(reach));
    const location = response.headers.get("location");
    const isRedirect = location !== null && response.status > 299 && response.status < 400;
    // What changes something is not sent on to another place.
    if (!isRedirect || !["GET", "HEAD"].includes(method)) return response;
    await response.body?.cancel();
    if (left <= 0) throw new RuntimeError("tool.rejected", `${address} redirects more than ${redirects} times`);
    const next = urlWithin(reach, location, url.href);
    if (next.origin !== url.origin) asked = { ...asked, headers: {} };
    url = next;
  }
}

function urlWithin(reach: Reach, address: string, base?: string): URL {
  const url = URL.parse(address, base);
  if (url !== null && /^https?:$/.test(url.protocol) && reach(url.hostname)) return url;
  throw new RuntimeError("tool.rejected", `"${address}" is not an http or https address of another machine`);
}

function once(url: URL, asked: OutsideRequest, through: Lookup): Promise<Response> {
  const { method = "GET", headers = {}, body, signal } = asked;
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const send = url.protocol === "https:" ? overHttps : overHttp;
  const options = { method, headers, lookup: through, agent: false, ...(signal === undefined ? {} : { signal }) };
  const sent = send(url, options);
  sent.on("error", reject);
  sent.on("response", (message) => {
    const { statusCode: status = 200 } = message;
    const isEmpty = method === "HEAD" || [204, 205, 304].includes(status);
    if (isEmpty) message.resume();
    const told = Object.entries(message.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const stream = isEmpty ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>);
    resolve(new Response(stream, { status, headers: told }));
  });
  sent.end(body);
  return promise;
}
