/** Which other package managers does the tree speak to? Found by name; their files are not analysed, and that is said. */
import { finding, inOrder, type ReviewFinding } from "../finding.ts";
import { nameOf } from "../language.ts";
import { type Shortlist, shortlist } from "../shortlist.ts";

interface Ecosystem {
  readonly name: string;
  readonly manifests: readonly string[];
  readonly lockfiles: readonly string[];
}

const ECOSYSTEMS: readonly Ecosystem[] = [
  {
    name: "Python",
    manifests: ["pyproject.toml", "requirements.txt", "setup.py", "setup.cfg", "Pipfile"],
    lockfiles: ["poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"],
  },
  { name: "Rust", manifests: ["Cargo.toml"], lockfiles: ["Cargo.lock"] },
  { name: "Go", manifests: ["go.mod"], lockfiles: ["go.sum"] },
  { name: "Java (Maven)", manifests: ["pom.xml"], lockfiles: [] },
  { name: "Java (Gradle)", manifests: ["build.gradle", "build.gradle.kts"], lockfiles: ["gradle.lockfile"] },
  { name: "Ruby", manifests: ["Gemfile"], lockfiles: ["Gemfile.lock"] },
  { name: "PHP", manifests: ["composer.json"], lockfiles: ["composer.lock"] },
];

export interface EcosystemFacts {
  readonly ecosystem: string;
  readonly manifests: Shortlist<string>;
  /** Null: this ecosystem has no lockfile to look for. */
  readonly lockfile: boolean | null;
}

const KNOWN = new Set(ECOSYSTEMS.flatMap(({ manifests, lockfiles }) => [...manifests, ...lockfiles]));

/** Whether {@link ecosystemsOf} wants to hear of this path. */
export const isEcosystemFile = (path: string): boolean => KNOWN.has(nameOf(path));

export function ecosystemsOf(paths: readonly string[]): readonly EcosystemFacts[] {
  return ECOSYSTEMS.flatMap(({ name, manifests, lockfiles }) => {
    const found = paths.filter((path) => manifests.includes(nameOf(path))).sort(inOrder);
    if (found.length === 0) return [];
    const locked = lockfiles.length === 0 ? null : paths.some((path) => lockfiles.includes(nameOf(path)));
    return [{ ecosystem: name, manifests: shortlist(found, 10), lockfile: locked }];
  });
}

export const ecosystemFindings = (ecosystems: readonly EcosystemFacts[]): readonly ReviewFinding[] =>
  ecosystems.map(({ ecosystem, manifests, lockfile }) => {
    const locked = lockfile === null ? "" : lockfile ? " A lockfile is there." : " There is no lockfile.";
    const text = `${ecosystem}: manifest found, not analysed.${locked}`;
    return finding(lockfile === false ? "low" : "info", "ecosystem.unread", text, ...manifests.items);
  });
