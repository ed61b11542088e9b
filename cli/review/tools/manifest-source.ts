import type { LockSource } from "../analysis/dependencies/dependencies.ts";
import { LOCKFILE_NAMES, type LockedPackage, readLockfileText } from "../analysis/dependencies/lockfile.ts";
import { type Manifest, readManifestText } from "../analysis/dependencies/manifest.ts";
import type { Tree } from "../tree.ts";
import { textOf } from "./sweep.ts";

const MANIFEST_BYTES = 2_097_152;
const LOCKFILE_BYTES = 33_554_432;

export const MANIFEST = "package.json";

/** The package.json at the root; null without one. One that cannot be read as text is read as empty, hence malformed. */
export async function rootManifest(tree: Tree): Promise<Manifest | null> {
  if ((await tree.kindOf(MANIFEST)) === "absent") return null;
  return readManifestText(MANIFEST, (await textOf(tree, MANIFEST, MANIFEST_BYTES)) ?? "");
}

/** The first lockfile at the root, in the order of {@link LOCKFILE_NAMES}. */
export async function rootLockfile(tree: Tree): Promise<LockSource | null> {
  for (const path of LOCKFILE_NAMES) {
    if ((await tree.kindOf(path)) === "absent") continue;
    return { path, lock: readLockfileText(path, (await textOf(tree, path, LOCKFILE_BYTES)) ?? "") };
  }
  return null;
}

/** Packages whose licence the lockfile leaves open. */
export const withoutLicence = (packages: readonly LockedPackage[]): readonly LockedPackage[] =>
  packages.filter(({ licence }) => licence === undefined);
