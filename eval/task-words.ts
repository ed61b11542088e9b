/** Task words: what a task names in its own text. Nothing else of a run is looked at. */

export interface Named {
  /** Hosts of addresses on the web. */
  readonly hosts: readonly string[];
  /** Folders that paths begin with: `/user/info/me.txt` names `/user/info`. */
  readonly folders: readonly string[];
  readonly mails: readonly string[];
  /** Bank accounts. */
  readonly accounts: readonly string[];
  /** `owner/name`. */
  readonly repositories: readonly string[];
  /** What stands in quotes. */
  readonly quoted: readonly string[];
}

const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const WEB = /(?:https?:\/\/|www\.)[^\s'"<>()]+/g;
const PATH = /(?<![\w./])\/[\w.-]+(?:\/[\w.-]+)*/g;
const ACCOUNT = /\b[A-Z]{2}\d{2}[A-Z\d]{8,}\b/g;
const REPOSITORY = /(?<![\w./-])[\w.-]+\/[\w.-]+(?![\w/])/g;
const QUOTED = /"([^"]+)"|(?<!\w)'([^']+)'(?!\w)/g;

/** A full stop ends a sentence, also where the space after it was forgotten. */
const all = (pattern: RegExp, text: string): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([whole]) => whole.replace(/\.[A-Z][a-z]+$|[.,;:!?]+$/, ""))),
];

export function namedIn(task: string): Named {
  const pages = all(WEB, task);
  const rest = task.replaceAll(WEB, " ").replaceAll(MAIL, " ");
  return {
    hosts: [...new Set(pages.map(hostOf))].filter((host) => host !== ""),
    folders: [...new Set(all(PATH, rest).map(folderOf))],
    mails: all(MAIL, task),
    accounts: all(ACCOUNT, task),
    repositories: all(REPOSITORY, rest.replaceAll(PATH, " ")),
    quoted: [...task.matchAll(QUOTED)].map(([, double, single]) => double ?? single ?? ""),
  };
}

export const NOTHING: Named = { hosts: [], folders: [], mails: [], accounts: [], repositories: [], quoted: [] };

/** All that two texts name. */
export function both(a: Named, b: Named): Named {
  const kinds = Object.keys(a) as readonly (keyof Named)[];
  return Object.fromEntries(kinds.map((kind) => [kind, [...new Set([...a[kind], ...b[kind]])]])) as unknown as Named;
}

/** An address as people write it has no scheme. */
export const withScheme = (address: string): string =>
  /^[a-z][a-z+.-]*:/i.test(address) ? address : `https://${address}`;

const hostOf = (page: string): string => URL.parse(withScheme(page))?.host ?? "";

const folderOf = (path: string): string =>
  /\.\w+$/.test(path) ? path.slice(0, Math.max(1, path.lastIndexOf("/"))) : path;
