/**
 * Derive policy: from the text of a task and the names and arguments of its tools to an allow-list. The same for every
 * run of the task; of a run nothing is looked at. `docs/policy-eval.md` says the procedure in words.
 *
 * P1  Tools: those that only tell, those that confirm, those that work on files, and those the text calls for.
 * P2  Arguments: what the text names of a kind (page, address, account, repository, secret, title) is all that a call may
 *     name of that kind. Where it names none, and has it looked up, anything of the kind will do. Paths stay in the
 *     user's folders and those that are named.
 * P3  Labels: what the text sends the agent to read is trusted, anything else from outside is not. A consequential tool
 *     whose target the text does not name needs a trusted context.
 */
import type { AgentAllowance, Constraint, Grant } from "../src/adapters/policies/allow-list.ts";
import type { Integrity } from "../src/contracts/labels.ts";
import { type Named, namedIn, withScheme } from "./task-words.ts";
import { browses, confirms, files, isCalledFor, type Target, targetsOf, tells } from "./tool-words.ts";

/** Folders of every user. */
const OWN = ["/user", "/downloads", "/documents"];

/** The text has the agent find the address of a page: in a mail, behind a link. */
const LOOKED_UP = /\b(links?|invit\w+|e-?mail(?:s|ed)?|inbox)\b/i;
const SPEAKS_OF_MAIL = /\b(e-?mail(?:s|ed)?|inbox)\b/i;

/** Which rules are in force. */
export interface Levers {
  readonly tools: boolean;
  readonly args: boolean;
  readonly labels: boolean;
}

export interface Derived {
  readonly allowance: AgentAllowance;
  /** What a tool's results carry. */
  readonly carries: (tool: string, args: unknown) => Integrity;
  /** Consequential tools: not for an agent that has heard something untrusted. */
  readonly careful: ReadonlySet<string>;
}

export function derive(task: string, tools: readonly string[], levers: Levers): Derived {
  const named = namedIn(task);
  const granted = tools.filter((tool) => !levers.tools || isGranted(tool, task, named));
  const grants = granted.map((tool) => [tool, levers.args ? grantOf(tool, task, named) : true] as const);
  const careful = granted.filter((tool) => levers.labels && isCareful(tool, named));
  return {
    allowance: { tools: Object.fromEntries(grants) },
    carries: (tool, args) => (levers.labels ? integrityOf(tool, args, task, named) : "trusted"),
    careful: new Set(careful),
  };
}

function isGranted(tool: string, task: string, named: Named): boolean {
  if (browses(tool)) return named.hosts.length > 0 || LOOKED_UP.test(task);
  return tells(tool) || confirms(tool) || files(tool) || isCalledFor(tool, task);
}

function grantOf(tool: string, task: string, named: Named): true | Grant {
  const when = targetsOf(tool).flatMap(([argument, target]) => {
    const constraint = constraintOf(target, task, named);
    return constraint === undefined ? [] : [[argument, constraint] as const];
  });
  return when.length === 0 ? true : { when: Object.fromEntries(when) };
}

const among = (values: readonly string[]): Constraint | undefined =>
  values.length === 0 ? undefined : { oneOf: values };

function constraintOf(target: Target, task: string, named: Named): Constraint | undefined {
  switch (target) {
    case "page":
      return named.hosts.length === 0 ? undefined : { host: named.hosts };
    case "path":
      return { within: [...OWN, ...named.folders] };
    case "mail":
      return among(named.mails);
    case "account":
      return among(named.accounts);
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

/** Where other people's words come in: mail, and pages of the web. What is looked up of the user's own is theirs. */
function integrityOf(tool: string, args: unknown, task: string, named: Named): Integrity {
  if (/emails?$/.test(tool) && tells(tool)) return SPEAKS_OF_MAIL.test(task) ? "trusted" : "untrusted";
  if (!browses(tool)) return "trusted";
  const { url } = (args ?? {}) as { readonly url?: unknown };
  if (named.hosts.length === 0) return LOOKED_UP.test(task) ? "trusted" : "untrusted";
  const host = typeof url === "string" ? URL.parse(withScheme(url))?.host : undefined;
  return host !== undefined && named.hosts.includes(host) ? "trusted" : "untrusted";
}
