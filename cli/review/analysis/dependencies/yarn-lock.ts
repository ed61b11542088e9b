/** Reads just enough of yarn.lock, classic and berry. Entries begin at the margin; their fields are two spaces in. */
import type { LockedPackage, Lockfile } from "./lockfile.ts";
import { sourceOf } from "./package-source.ts";

interface Entry {
  readonly descriptors: readonly string[];
  readonly fields: Map<string, string>;
}

const FIELD = /^ {2}"?([A-Za-z]{1,40})"?:? "?([^"\n]{1,2000})"?$/;

export function readYarnLock(text: string): Lockfile {
  const { entries, unread } = entriesOf(text);
  const berry = entries.some(({ descriptors }) => descriptors[0] === "__metadata");
  const answers = new Set<string>();
  const packages: LockedPackage[] = [];
  for (const entry of entries) {
    if (entry.descriptors[0] === "__metadata") continue;
    for (const descriptor of entry.descriptors) answers.add(plain(descriptor));
    if (isLocal(entry)) continue;
    const locked = lockedOf(entry, berry);
    if (locked === undefined) unread.push(`entry ${(entry.descriptors[0] ?? "").slice(0, 200)}`);
    else packages.push(locked);
  }
  const recognised = berry || text.includes("# yarn lockfile v1") || packages.length > 0;
  if (!recognised) unread.push("it does not look like a yarn.lock");
  return { format: berry ? "yarn berry" : "yarn v1", packages, answers, tellsInstallScripts: false, unread };
}

function entriesOf(text: string): { readonly entries: readonly Entry[]; readonly unread: string[] } {
  const entries: Entry[] = [];
  const unread: string[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trimEnd().slice(0, 20_000);
    if (line === "" || line.startsWith("#")) continue;
    if (!line.startsWith(" ")) {
      if (line.endsWith(":")) entries.push({ descriptors: descriptorsOf(line.slice(0, -1)), fields: new Map() });
      else unread.push(`line ${index + 1}`);
      continue;
    }
    const match = FIELD.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) entries.at(-1)?.fields.set(match[1], match[2]);
  }
  return { entries, unread };
}

const descriptorsOf = (head: string): readonly string[] => head.split(",").map((one) => one.trim().replaceAll('"', ""));

/** `a@npm:^1` and `a@^1` ask for the same. */
const plain = (descriptor: string): string => descriptor.replace("@npm:", "@");

const isLocal = ({ descriptors }: Entry): boolean => descriptors.some((one) => /@(?:workspace|link|portal):/.test(one));

function lockedOf({ descriptors, fields }: Entry, berry: boolean): LockedPackage | undefined {
  const [first = ""] = descriptors;
  const at = first.indexOf("@", 1);
  const version = fields.get("version");
  if (at === -1 || version === undefined) return undefined;
  const resolution = fields.get("resolution") ?? "";
  const registry = berry && resolution.includes("@npm:");
  const remote = berry ? resolution.slice(resolution.indexOf("@", 1) + 1) : fields.get("resolved");
  const { source, host } = sourceOf(remote);
  return {
    name: first.slice(0, at),
    version,
    dev: false,
    source: registry ? "registry" : source,
    ...(host === undefined || registry ? {} : { host }),
    integrity: fields.has("integrity") || fields.has("checksum"),
    installScript: false,
  };
}
