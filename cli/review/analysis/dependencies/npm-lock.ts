import { entriesOf, field, isFields, isTrue, parseJson, textEntriesOf, textField } from "../plain-json.ts";
import type { LockedPackage, Lockfile } from "./lockfile.ts";
import { licenceOf } from "./manifest.ts";
import { sourceOf } from "./package-source.ts";

const FOLDER = "node_modules/";
const MAX_NESTING = 100;
const GROUPS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

const unreadable = (why: string): Lockfile => ({
  format: "npm",
  packages: [],
  tellsInstallScripts: false,
  unread: [why],
});

/** `package-lock.json` and `npm-shrinkwrap.json`: v1 nests `dependencies`, v2 and v3 list `packages` by folder. */
export function readNpmLock(text: string): Lockfile {
  const parsed = parseJson(text);
  if (parsed.kind === "malformed") return unreadable(`it is not JSON: ${parsed.why}`);
  const version = field(parsed.value, "lockfileVersion");
  const format = typeof version === "number" ? `npm v${version}` : "npm";
  if (isFields(field(parsed.value, "packages"))) return { ...readFolders(field(parsed.value, "packages")), format };
  if (isFields(field(parsed.value, "dependencies")))
    return { ...readNested(field(parsed.value, "dependencies")), format };
  // A project without dependencies has neither; a v1 file then has nothing but its header.
  if (isFields(parsed.value) && typeof version === "number")
    return { format, packages: [], topNames: new Set(), tellsInstallScripts: false, unread: [] };
  return { ...unreadable('it has neither "packages" nor "dependencies"'), format };
}

function readFolders(folders: unknown): Omit<Lockfile, "format"> {
  const packages: LockedPackage[] = [];
  const unread: string[] = [];
  for (const [folder, entry] of entriesOf(folders)) {
    const at = folder.lastIndexOf(FOLDER);
    // Not under node_modules: the project itself, or a workspace of it. Links lead to those.
    if (at === -1 || isTrue(entry, "link")) continue;
    const version = textField(entry, "version");
    if (version === undefined) unread.push(`${folder.slice(0, 200)} has no version`);
    else packages.push(lockedOf(textField(entry, "name") ?? folder.slice(at + FOLDER.length), version, entry, folder));
  }
  const root = field(folders, "");
  const asked = new Map<string, readonly string[]>();
  // One name may stand in two groups with two ranges: a peer that is also used to develop.
  for (const [name, range] of GROUPS.flatMap((group) => textEntriesOf(field(root, group))))
    asked.set(name, [...(asked.get(name) ?? []), range]);
  return { packages, ...(isFields(root) ? { asked } : {}), tellsInstallScripts: true, unread };
}

function lockedOf(name: string, version: string, entry: unknown, place?: string): LockedPackage {
  const deprecated = textField(entry, "deprecated");
  const licence = licenceOf(entry);
  const { source, host } = sourceOf(textField(entry, "resolved") ?? specAsVersion(version));
  return {
    name,
    version,
    dev: isTrue(entry, "dev") || isTrue(entry, "devOptional"),
    source,
    ...(host === undefined ? {} : { host }),
    // A bundled package comes inside another, whose digest covers it.
    integrity: textField(entry, "integrity") !== undefined || isTrue(entry, "inBundle") || isTrue(entry, "bundled"),
    installScript: isTrue(entry, "hasInstallScript"),
    ...(deprecated === undefined ? {} : { deprecated: deprecated.slice(0, 300) }),
    ...(licence === null ? {} : { licence }),
    ...(place === undefined ? {} : { place }),
  };
}

/** v1 writes a git or file address where the version belongs. */
const specAsVersion = (version: string): string | undefined => (version.includes(":") ? version : undefined);

function readNested(top: unknown): Omit<Lockfile, "format"> {
  const packages: LockedPackage[] = [];
  const unread: string[] = [];
  const waiting = [{ within: top, place: FOLDER, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [name, entry] of entriesOf(next.within)) {
      const version = textField(entry, "version");
      const place = `${next.place}${name}`;
      if (version === undefined) unread.push(`${name.slice(0, 200)} has no version`);
      else packages.push(lockedOf(name, version, entry, place));
      const within = field(entry, "dependencies");
      if (!isFields(within)) continue;
      if (next.depth < MAX_NESTING) waiting.push({ within, place: `${place}/${FOLDER}`, depth: next.depth + 1 });
      else unread.push(`what ${name.slice(0, 200)} nests is too deep`);
    }
  }
  const topNames = new Set(entriesOf(top).map(([name]) => name));
  return { packages, topNames, tellsInstallScripts: false, unread };
}
