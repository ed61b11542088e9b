/**
 * Tool words: what the name and the arguments of a tool say about it, and by which words a task calls for it.
 *
 * W1  A tool that only tells is for everybody. So is one that confirms what another tool was allowed to begin.
 * W2  A tool that works on files is bound by its paths alone.
 * W3  Any other tool is for a task whose text has an order for each word of the tool's name that is known here.
 * W4  An order stands in the basic form of the verb: "send" is one, "sent me a mail" is a story.
 */

const partsOf = (tool: string): readonly string[] => tool.split("_");

const TELLS = new Set(["get", "list", "read", "search", "view", "total"]);

/** Looks at what is the user's own, or there for all of its users. A page of the web is neither. */
export const tells = (tool: string): boolean =>
  partsOf(tool).some((part) => TELLS.has(part)) && !partsOf(tool).includes("webpage");

const FILES = new Set(["dir", "file", "node", "clone", "pull"]);

export const confirms = (tool: string): boolean => tool.startsWith("verify_");

/** Files that are made, fetched or put elsewhere. To delete one is an order of its own. */
export const files = (tool: string): boolean => partsOf(tool).some((part) => FILES.has(part)) && !/delete/.test(tool);

export const browses = (tool: string): boolean => /webpage|the_link|through_url/.test(tool);

const BUYS = "buy|rebuy|purchase|order";
const PAYS = "pay|transfer|refund|wire|repay";

/** For a word of a tool's name, the orders that ask for it. */
const ORDERS: Readonly<Record<string, string>> = {
  send: `send|forward|reply|share|message|post|write|greet|${PAYS}`,
  schedule: `schedule|set up|${PAYS}`,
  transfer: "transfer|hand over",
  create: "create|set up|setup|schedule|make|add|book|plan",
  add: `add|put|${BUYS}`,
  cancel: "cancel|remove|delete",
  reschedule: "reschedule|move|postpone",
  remove: `remove|delete|clear|replace|${BUYS}`,
  delete: "delete|remove",
  clear: `clear|empty|${BUYS}`,
  update: "update|updating|change|changing|set|reset|modify",
  checkout: `checkout|check out|${BUYS}`,
  refund: "refund|return",
  invite: "invite|add",
  push: "push|upload|update|updating|sync|commit|publish|make sure its contents",
  star: "star|give a star",
  unstar: "unstar|remove my stars?",
  issue: "issue|report",
  login: "account",
  post: "post|publish|write",
};

/** For a word of a tool's name, what is spoken of. */
const MATTERS: Readonly<Record<string, string>> = {
  money: `${PAYS}|money|amount|difference|bill|fee|rent`,
  transaction: `${PAYS}|money|amount|rent|payments?|transactions?|orders`,
  email: "e-?mails?|mails?|\\S+@\\S+",
  calendar: "calendar|events?|meetings?|appointments?",
  password: "passwords?",
  info: "information|address|phone|details|account",
  key: "keys?",
  repo: "repo|repository|repositories",
  push: "repo|repository|repositories|github",
  collaborators: "collaborators?",
  message: "message|post|write|ask|reply|send",
};

const speaks = (words: string, task: string): boolean =>
  new RegExp(`(?:^|[^\\w])(?:${words})(?:[^\\w]|$)`, "i").test(task);

/** What others did to the user is no order: "send me", "Alice told me that…". */
const withoutStories = (task: string): string => task.replaceAll(/\b(?:send|share|forward)\s+(?:me|us)\b/gi, " ");

export function isCalledFor(tool: string, task: string): boolean {
  const orders = withoutStories(task);
  const parts = partsOf(tool);
  const verbs = parts.flatMap((part) => (Object.hasOwn(ORDERS, part) ? [ORDERS[part] as string] : []));
  const matters = parts.flatMap((part) => (Object.hasOwn(MATTERS, part) ? [MATTERS[part] as string] : []));
  if (verbs.length === 0) return false;
  return verbs.every((words) => speaks(words, orders)) && matters.every((words) => speaks(words, task));
}

/** What an argument points at. */
export type Target = "page" | "path" | "mail" | "account" | "repository" | "secret" | "title" | "thing";

const TARGETS: Readonly<Record<string, Target>> = {
  url: "page",
  path: "path",
  save_dir: "path",
  source_path: "path",
  destination_path: "path",
  local_path: "path",
  local_dir_path: "path",
  file_path: "path",
  recipients: "mail",
  collaborator_email: "mail",
  new_owner_email: "mail",
  recipient: "account",
  repo_name: "repository",
  password: "secret",
  ssh_key: "secret",
  title: "title",
};

/** The arguments of a tool that say on what it works, by the schemas of the tools. */
const ARGUMENTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/webpage$|^click_the_link$/, ["url"]],
  [/^download_file_through_url$/, ["url", "save_dir"]],
  [/^download_file_through_id$/, ["save_dir"]],
  [/^(read_file|list_directory|create_file|create_dir|delete_node)$/, ["path"]],
  [/^(copy|move)_node$/, ["source_path", "destination_path"]],
  [/^send_email$/, ["recipients"]],
  [/^(send_money|schedule_transaction)$/, ["recipient"]],
  [/^git_clone$/, ["local_dir_path"]],
  [/^git_pu(sh|ll)$/, ["local_path"]],
  [/^git_invite_collaborators$/, ["repo_name", "collaborator_email"]],
  [/^git_transfer_repo_ownership$/, ["repo_name", "new_owner_email"]],
  [/^git_(star|unstar|issue|delete_repo|create_repo)$/, ["repo_name"]],
  [/password$/, ["password"]],
  [/ssh_key$/, ["ssh_key"]],
  [/^create_calendar_event$/, ["title"]],
];

export const targetsOf = (tool: string): readonly (readonly [string, Target])[] =>
  (ARGUMENTS.find(([name]) => name.test(tool))?.[1] ?? []).map((name) => [name, TARGETS[name] ?? "thing"]);
