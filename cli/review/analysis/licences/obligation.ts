/**
 * What does a licence ask of those who depend on it?
 *
 * O1  OR is the user's choice: the lightest. AND is all of it: the heaviest.
 * O2  A licence that is not known is heavier than weak copyleft, and lighter than what is known to be strong.
 */
import type { Spdx } from "./spdx.ts";
import { parseSpdx } from "./spdx.ts";

/** From light to heavy. */
export const OBLIGATIONS = [
  "permissive",
  "weak-copyleft",
  "unknown",
  "copyleft",
  "network-copyleft",
  "proprietary",
] as const;
export type Obligation = (typeof OBLIGATIONS)[number];

const PERMISSIVE = new Set(
  (
    "MIT MIT-0 MIT-CMU MITNFA ISC 0BSD BSD BSD-1-Clause BSD-2-Clause BSD-3-Clause BSD-3-Clause-Clear BSD-4-Clause " +
    "BSD-2-Clause-Patent Apache-1.1 Apache-2.0 BSL-1.0 Unlicense CC0-1.0 CC-BY-3.0 CC-BY-4.0 Zlib zlib-acknowledgement " +
    "Python-2.0 PSF-2.0 BlueOak-1.0.0 WTFPL Unicode-DFS-2016 Unicode-3.0 NCSA PostgreSQL X11 curl Artistic-2.0 AFL-2.1 " +
    "AFL-3.0 MS-PL UPL-1.0 W3C HPND Libpng FTL ICU OpenSSL PHP-3.01 Ruby TCL Vim"
  ).split(" "),
);
const WEAK = /^(?:LGPL-|MPL-|EPL-|CDDL-|OSL-1|MS-RL|EUPL-|APSL-|CPL-1|IPL-1|CC-BY-SA-|OFL-)/;
const STRONG = /^(?:GPL-|OSL-|CECILL-2|QPL-|Sleepycat)/;
const NETWORK = /^(?:AGPL-|SSPL-|RPL-)/;
const CLOSED = /^(?:UNLICENSED|BUSL-|Elastic-|CC-BY-NC|CC-BY-ND|PolyForm-|Commons-Clause|JSON$)/;
/** Exceptions that let a program link without taking on the licence. */
const LINKING =
  /^(?:Classpath-exception|GCC-exception|LLVM-exception|Linux-syscall-note|OCaml-LGPL-linking|Bison-exception|Font-exception|Autoconf-exception|openvpn-openssl|Qt-)/i;

export function obligationOf(licence: string | undefined): Obligation {
  if (licence === undefined) return "unknown";
  // npm's own word for "no licence is granted"; not an SPDX id.
  if (licence.trim().toUpperCase() === "UNLICENSED") return "proprietary";
  const reading = parseSpdx(licence);
  return reading.kind === "expression" ? weigh(reading.expression) : "unknown";
}

function weigh(expression: Spdx): Obligation {
  if (expression.kind === "licence") return weighOne(expression.id, expression.exception);
  const both = [weigh(expression.left), weigh(expression.right)].map((obligation) => OBLIGATIONS.indexOf(obligation));
  const chosen = expression.kind === "or" ? Math.min(...both) : Math.max(...both);
  return OBLIGATIONS[chosen] ?? "unknown";
}

function weighOne(id: string, exception: string | undefined): Obligation {
  if (PERMISSIVE.has(id)) return "permissive";
  if (WEAK.test(id)) return "weak-copyleft";
  if (NETWORK.test(id)) return "network-copyleft";
  if (STRONG.test(id)) return exception !== undefined && LINKING.test(exception) ? "weak-copyleft" : "copyleft";
  return CLOSED.test(id) ? "proprietary" : "unknown";
}

export const isHeavy = (obligation: Obligation): boolean =>
  OBLIGATIONS.indexOf(obligation) > OBLIGATIONS.indexOf("unknown");
