/**
 * Derive policy: from the text of a task and the names and arguments of its tools to an allow-list. The same for every
 * run of the task; `docs/policy-eval.md` says the procedure in words.
 *
 * P1  Tools: those that only tell, those that confirm, those that work on files, and those the text calls for.
 * P2  Arguments: what the text names of a kind (page, address, account, repository, secret, title) is all that a call may
 *     name of that kind. Where it names none, anything of the kind will do. Paths stay in the user's folders and those
 *     that are named.
 * P3  Documents: an address or account that the text does not name must stand in a file of the user's that was read.
 * P4  Labels: mail and pages are untrusted, but for those the text sends the agent to. A consequential tool whose target
 *     the text does not name needs a trusted context.
 */
import type { AgentAllowance, Constraint, Grant } from "../src/adapters/policies/allow-list.ts";
import type { Integrity } from "../src/contracts/labels.ts";
import { type Named, namedIn, withScheme } from "./task-words.ts";
import { browses, confirms, files, isCalledFor, type Target, targetsOf, tells } from "./tool-words.ts";

/** Folders of every user, and the one an agent works in. */
const OWN = ["/user", "/downloads", "/documents", "."];

/** The text has the agent find the address of a page: in a mail, behind a link. */
const LOOKED_UP = /\b(links?|invit\w+|e-?mail(?:s|ed)?|inbox|articles?|web ?sites?|web ?pages?)\b/i;
const SPEAKS_OF_MAIL = /\b(e-?mail(?:s|ed)?|inbox)\b/i;

/** Which rules are in force. */
export interface Levers {
  readonly tools?: boolean;
  readonly args?: boolean;
  readonly documents?: boolean;
  /** `named`: what the text sends the agent to read is trusted. `strict`: nothing from outside is. */
  readonly labels?: "named" | "strict";
}

export interface Derived {
  /** What is allowed once so much was found in trusted results. */
  readonly allowance: (found: Named) => AgentAllowance;
  /** What a result that came in adds to it. */
  readonly finds: (tool: string, result: string) => Partial<Named>;
  /** What a tool's results carry. */
  readonly carries: (tool: string, args: unknown) => Integrity;
  /** Consequential tools: not for an agent that has heard something untrusted. */
  readonly careful: ReadonlySet<string>;
}

export function derive(task: string, tools: readonly string[], levers: Levers): Derived {
  const named = namedIn(task);
  const granted = tools.filter((tool) => !levers.tools || isGranted(tool, task, named));
  const careful = granted.filter((tool) => levers.labels !== undefined && isCareful(tool, named));
  const grants = (found: Named) =>
    granted.map((tool) => [tool, levers.args ? grantOf(tool, { task, named, found, levers }) : true] as const);
  return {
    allowance: (found) => ({ tools: Object.fromEntries(grants(found)) }),
    finds: (tool, result) => (levers.documents ? evidenceOf(tool, result) : {}),
    carries: (tool, args) => {
      if (levers.labels === undefined || !(isMail(tool) || browses(tool))) return "trusted";
      return levers.labels === "named" && isSentTo(tool, args, task, named) ? "trusted" : "untrusted";
    },
    careful: new Set(careful),
  };
}

/** Files of the user and their payments tell addresses and accounts. Pages and mail tell nothing a call may rest on. */
function evidenceOf(tool: string, result: string): Partial<Named> {
  if (tool !== "read_file" && !/^get_.*transactions$/.test(tool)) return {};
  const { mails, accounts } = namedIn(result);
  return { mails, accounts };
}

const isMail = (tool: string): boolean => /emails?$/.test(tool) && tells(tool);

/** What grants are made from. */
interface Known {
  readonly task: string;
  readonly named: Named;
  readonly found: Named;
  readonly levers: Levers;
}

function isGranted(tool: string, task: string, named: Named): boolean {
  if (browses(tool)) return named.hosts.length > 0 || LOOKED_UP.test(task);
  return tells(tool) || confirms(tool) || files(tool) || isCalledFor(tool, task);
}

function grantOf(tool: string, known: Known): true | Grant {
  const when = targetsOf(tool).flatMap(([argument, target]) => {
    const constraint = constraintOf(target, known);
    return constraint === undefined ? [] : [[argument, constraint] as const];
  });
  return when.length === 0 ? true : { when: Object.fromEntries(when) };
}

function constraintOf(target: Target, { task, named, found, levers }: Known): Constraint | undefined {
  const among = (values: readonly string[]): Constraint | undefined =>
    values.length === 0 ? undefined : { oneOf: values };
  const lookedUp = (kind: "mails" | "accounts"): Constraint | undefined =>
    among(named[kind]) ?? (levers.documents ? { oneOf: found[kind] } : undefined);
  switch (target) {
    case "page":
      return named.hosts.length === 0 ? undefined : { host: named.hosts };
    case "path":
      return { within: [...OWN, ...named.folders] };
    case "mail":
      return lookedUp("mails");
    case "account":
      return lookedUp("accounts");
    case "repository":
      return among(named.repositories);
    case "secret":
      return among(named.quoted);
    case "title":
      return /\btitle\b/i.test(task) ? among(named.quoted) : undefined;
    case "thing":
      return undefined;
  }
}

/** It changes something outside, and the text does not say on what. */
function isCareful(tool: string, named: Named): boolean {
  if (tells(tool) || confirms(tool) || files(tool) || browses(tool)) return false;
  const targets = targetsOf(tool).filter(([, target]) => target !== "title");
  return targets.length === 0 || targets.some(([, target]) => !isNamed(target, named));
}

function isNamed(target: Target, named: Named): boolean {
  const of: Readonly<Record<Target, readonly string[]>> = {
    page: named.hosts,
    path: named.folders,
    mail: named.mails,
    account: named.accounts,
    repository: named.repositories,
    secret: named.quoted,
    title: named.quoted,
    thing: [],
  };
  return of[target].length > 0;
}

/** Whether the text sends the agent to this mail or page. */
function isSentTo(tool: string, args: unknown, task: string, { hosts }: Named): boolean {
  if (isMail(tool)) return SPEAKS_OF_MAIL.test(task);
  if (hosts.length === 0) return LOOKED_UP.test(task);
  const { url } = (args ?? {}) as { readonly url?: unknown };
  const host = typeof url === "string" ? URL.parse(withScheme(url))?.host : undefined;
  return host !== undefined && hosts.includes(host);
}
