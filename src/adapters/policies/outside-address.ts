/** Outside address: whether an address is of another machine, and none of this one's own network. */
import { BlockList, isIP } from "node:net";

/** This machine, networks without a name of their own, neighbours, and forms in which one of those can be wrapped. */
const INSIDE: readonly (readonly [network: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
  ["::", 127],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
];

const inside = new BlockList();
for (const [network, bits] of INSIDE) inside.addSubnet(network, bits, isIP(network) === 6 ? "ipv6" : "ipv4");

const INSIDE_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|home\.arpa|corp|localdomain)$/;

/** @param host as `URL` gives it: `example.com`, `127.0.0.1`, `[::1]`. A name says nothing of where it leads. */
export function isOutside(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  const version = isIP(name);
  if (version !== 0) return !inside.check(name, version === 6 ? "ipv6" : "ipv4");
  return name.includes(".") && !INSIDE_NAME.test(name);
}

/** The host of each URL in a text, also of one within another. Browsers read `http:\\a` and `http:a` as `http://a`. */
const HOSTS = /\b(?:(?:https?|wss?|ftp):[\\/]*|[a-z][a-z0-9+.-]{0,30}:[\\/]{2,})([^\s\\/?#"'<>`]{1,300})/gi;
/** A text that is nothing but an address, or a name that says that it is inside; a version or a time is none. */
const PLACE =
  /^(?:\d+(?:\.\d+){3}(?::\d+)?|[\da-fx]+(?:\.[\da-fx]+)+:\d+|\[[\da-f:.]+\](?::\d+)?|(?:[\w-]+\.)+[a-z]+(?::\d+)?|localhost\.?(?::\d+)?)$/i;

/** Of a text that is a place; names of hosts are shorter. */
const LONGEST = 300;

/** The first address in a value that is not outside: of a URL in any text, or a text that is nothing but a host. */
export function insideIn(value: unknown): string | undefined {
  for (const text of textsIn(value)) {
    for (const one of new Set([text, decoded(text)])) {
      const found = [...one.matchAll(HOSTS)].find(([, host = ""]) => !isOutside(hostOf(host)));
      if (found !== undefined) return found[0];
    }
    if (text.length <= LONGEST && PLACE.test(text) && !isOutside(hostOf(text))) return text;
  }
  return undefined;
}

/** As the URL standard reads it: `0x7f.1` is 127.0.0.1 there. What it cannot read is not outside. */
const hostOf = (place: string): string => URL.parse(`http://${place}/`)?.hostname ?? "";

/** What is hidden behind percent signs, where it can be read. */
function decoded(text: string): string {
  try {
    return text.includes("%") ? decodeURIComponent(text) : text;
  } catch {
    return text.replaceAll(/%([2-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  }
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    yield name;
    yield* textsIn(part);
  }
}
