/** What does a lockfile pin? One shape for npm, pnpm and yarn. */
import { nameOf } from "../language.ts";
import { readNpmLock } from "./npm-lock.ts";
import { readPnpmLock } from "./pnpm-lock.ts";
import { readYarnLock } from "./yarn-lock.ts";

/** Where a locked package comes from. `unstated`: the lockfile does not say, so the registry in force decides. */
export type PackageSource = "registry" | "git" | "url" | "insecure-url" | "file" | "unstated";

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly dev: boolean;
  readonly source: PackageSource;
  readonly host?: string;
  readonly integrity: boolean;
  /** False also where the lockfile format cannot say. */
  readonly installScript: boolean;
  readonly deprecated?: string;
  readonly licence?: string;
  /** Folder of the installed package, where the lockfile tells. */
  readonly place?: string;
}

export interface Lockfile {
  readonly format: string;
  readonly packages: readonly LockedPackage[];
  /** What the lockfile believes the manifest asks for: a name, and its range in each group. Undefined: it does not say. */
  readonly asked?: ReadonlyMap<string, readonly string[]>;
  /** Yarn: every `name@range` it has an answer to. */
  readonly answers?: ReadonlySet<string>;
  /** Old npm: names pinned at the top, without the ranges. */
  readonly topNames?: ReadonlySet<string>;
  /** Whether the format tells which packages run install scripts. */
  readonly tellsInstallScripts: boolean;
  /** What was not understood. Empty: read in full. */
  readonly unread: readonly string[];
}

/** In the order npm, pnpm and yarn are looked for. */
export const LOCKFILE_NAMES = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"] as const;

/** Never throws: of a text that makes no sense, everything is `unread`. */
export function readLockfileText(path: string, text: string): Lockfile {
  const name = nameOf(path);
  if (name === "pnpm-lock.yaml") return readPnpmLock(text);
  return name === "yarn.lock" ? readYarnLock(text) : readNpmLock(text);
}
