/**
 * Reads just enough of pnpm-lock.yaml, formats 5 to 9: it is written by a program, two spaces a level, so indentation
 * alone gives its structure. What does not fit is counted as unread.
 */
import type { LockedPackage, Lockfile } from "./lockfile.ts";
import { sourceOf } from "./package-source.ts";

interface Line {
  readonly indent: number;
  readonly key: string;
  readonly value: string;
}

const LINE = /^( *)(?:'([^']{1,500})'|"([^"]{1,500})"|([^\s'"#][^\n]{0,499}?)):(?: (.*))?$/;
const SECTIONS = new Set(["dependencies", "devDependencies", "optionalDependencies"]);

function lineOf(text: string): Line | undefined {
  // A long value says nothing that is needed here.
  const match = LINE.exec(text.slice(0, 2_000));
  if (match === null) return undefined;
  const key = match[2] ?? match[3] ?? match[4] ?? "";
  return { indent: match[1]?.length ?? 0, key, value: (match[5] ?? "").trim() };
}

export function readPnpmLock(text: string): Lockfile {
  const state = newState();
  for (const raw of text.split("\n")) {
    const plain = raw.trimEnd();
    if (plain === "" || plain.trimStart().startsWith("#") || plain.trimStart().startsWith("- ")) continue;
    const line = lineOf(plain);
    if (line === undefined) continue;
    if (line.indent === 0) state.section = line.key;
    state.path[line.indent / 2] = line.key;
    take(state, line);
  }
  finishPackage(state);
  const unread = [...state.unread];
  if (state.format === undefined) unread.push("it has no lockfileVersion");
  return {
    format: `pnpm ${state.format ?? "of an unknown format"}`,
    packages: state.packages,
    asked: state.asked,
    tellsInstallScripts: state.packages.some(({ installScript }) => installScript),
    unread,
  };
}

interface State {
  section: string;
  format: string | undefined;
  readonly path: string[];
  readonly asked: Map<string, readonly string[]>;
  readonly packages: LockedPackage[];
  readonly unread: string[];
  open: Map<string, string> | undefined;
}

const newState = (): State => ({
  section: "",
  format: undefined,
  path: [],
  asked: new Map(),
  packages: [],
  unread: [],
  open: undefined,
});

function take(state: State, line: Line): void {
  if (line.indent === 0) finishPackage(state);
  if (line.indent === 0 && line.key === "lockfileVersion") state.format = unquoted(line.value);
  if (state.section === "importers") takeImporter(state, line);
  // Formats 5 and 6, single package: the ranges stand at the top.
  if (state.section === "specifiers" && line.indent === 2) state.asked.set(line.key, [unquoted(line.value)]);
  if (SECTIONS.has(state.section) && line.indent === 4 && line.key === "specifier")
    state.asked.set(state.path[1] ?? "", [unquoted(line.value)]);
  if (state.section === "packages") takePackage(state, line);
}

function takeImporter(state: State, line: Line): void {
  if (state.path[1] !== "." || !SECTIONS.has(state.path[2] ?? "")) {
    if (state.path[1] === "." && state.path[2] === "specifiers" && line.indent === 6)
      state.asked.set(line.key, [unquoted(line.value)]);
    return;
  }
  if (line.indent === 8 && line.key === "specifier") state.asked.set(state.path[3] ?? "", [unquoted(line.value)]);
}

function takePackage(state: State, line: Line): void {
  if (line.indent === 2) {
    finishPackage(state);
    state.open = new Map([["key", line.key]]);
  }
  if (line.indent === 4) state.open?.set(line.key, line.value);
  if (line.indent === 6 && state.path[2] === "resolution")
    state.open?.set("resolution", `${state.open.get("resolution") ?? ""} ${line.key}: ${line.value}`);
}

/** `/name/1.2.3_peers`, `/name@1.2.3(peers)`, `name@1.2.3`, `name@https://…` */
const KEY = /^\/?((?:@[^/@]{1,214}\/)?[^/@]{1,214})[/@](.{1,400})$/;

function finishPackage(state: State): void {
  const open = state.open;
  state.open = undefined;
  if (open === undefined) return;
  const key = open.get("key") ?? "";
  const [, name, rest] = KEY.exec(key) ?? [];
  if (name === undefined || rest === undefined) {
    state.unread.push(`package ${key.slice(0, 200)}`);
    return;
  }
  const version = rest.replace(/[(_].*$/, "");
  const resolution = open.get("resolution") ?? "";
  const tarball = /tarball: ['"]?([^\s,'"}]{1,1000})/.exec(resolution)?.[1];
  const remote = resolution.includes("type: git") ? "git" : (tarball ?? (version.includes(":") ? version : undefined));
  const { source, host } = sourceOf(remote);
  const deprecated = open.get("deprecated");
  state.packages.push({
    name,
    version,
    dev: open.get("dev") === "true",
    // Without an address pnpm takes the registry, always.
    source: remote === undefined ? "registry" : source,
    ...(host === undefined ? {} : { host }),
    integrity: resolution.includes("integrity:"),
    installScript: open.get("requiresBuild") === "true",
    ...(deprecated === undefined ? {} : { deprecated: unquoted(deprecated).slice(0, 300) }),
  });
}

const unquoted = (text: string): string => text.replace(/^(['"])(.*)\1$/, "$2");
