import type { LockedPackage } from "../../../cli/review/analysis/dependencies/lockfile.ts";

/** A package with nothing wrong with it, and these changes. */
export const lockedPackage = (name: string, changes: Partial<LockedPackage> = {}): LockedPackage => ({
  name,
  version: "1.0.0",
  dev: false,
  source: "registry",
  integrity: true,
  installScript: false,
  ...changes,
});
