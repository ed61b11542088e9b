import type { DependencyFacts } from "./dependencies/dependencies.ts";
import type { EcosystemFacts } from "./dependencies/ecosystems.ts";
import type { ManifestFacts } from "./dependencies/manifest.ts";
import { type ReviewFinding, ranked } from "./finding.ts";
import type { InventoryFacts } from "./inventory.ts";
import type { LicenceFacts } from "./licences/licences.ts";
import type { LinkFacts } from "./links.ts";
import type { SecretFacts } from "./secrets/secret-count.ts";
import type { TestFacts } from "./testing.ts";

/** What the `read-manifest` tool finds: the package.json at the root, and other ecosystems. */
export interface ManifestReport {
  /** Null: there is no package.json at the root. */
  readonly manifest: ManifestFacts | null;
  /** Further package.json files below the root; counted, not analysed. */
  readonly nested: number;
  readonly others: readonly EcosystemFacts[];
  readonly findings: readonly ReviewFinding[];
}

/** All that was gathered. A part that is absent was not examined, and both assessors say so. */
export interface ReviewFacts {
  /** Name of the folder, or of the package. */
  readonly name: string;
  readonly inventory?: InventoryFacts | undefined;
  readonly manifest?: ManifestReport | undefined;
  readonly dependencies?: DependencyFacts | undefined;
  readonly licences?: LicenceFacts | undefined;
  readonly secrets?: SecretFacts | undefined;
  readonly tests?: TestFacts | undefined;
  readonly links?: LinkFacts | undefined;
}

export const PARTS = ["inventory", "manifest", "dependencies", "licences", "secrets", "tests", "links"] as const;
export type Part = (typeof PARTS)[number];

export const missingParts = (facts: ReviewFacts): readonly Part[] => PARTS.filter((part) => facts[part] === undefined);

/** The findings of every part, worst first. */
export const allFindings = (facts: ReviewFacts): readonly ReviewFinding[] =>
  ranked(PARTS.flatMap((part) => facts[part]?.findings ?? []));
