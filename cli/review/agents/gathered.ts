/** What the gatherers hand over, and how it becomes the facts of one review. */
import type { Json } from "../../../index.ts";
import type { ReviewFacts } from "../analysis/facts.ts";
import type { FileExcerpt } from "../tools/read-file.ts";

export interface Survey extends Pick<ReviewFacts, "inventory"> {}
export interface Packages extends Pick<ReviewFacts, "manifest" | "dependencies" | "licences"> {
  readonly failed: readonly string[];
}
export interface Watch extends Pick<ReviewFacts, "secrets"> {
  /** Places of likely credentials that were looked at. */
  readonly looked: readonly Pick<FileExcerpt, "path" | "from" | "redactions">[];
}
export interface Tests extends Pick<ReviewFacts, "tests"> {}
export interface Links extends Pick<ReviewFacts, "links"> {}

/** Outputs by task. An optional task that did not get to its end has none. */
export interface Gathered {
  readonly survey?: Survey;
  readonly packages?: Packages;
  readonly secrets?: Watch;
  readonly tests?: Tests;
  readonly links?: Links;
}

/** Tasks of gatherers, in the order in which a reader wants to see them. */
export const GATHERING = [
  "survey",
  "packages",
  "secrets",
  "tests",
  "links",
] as const satisfies readonly (keyof Gathered)[];

/** A task gets its outputs back as plain JSON; what it wrote itself, it may read. */
export const gatheredFrom = (inputs: { readonly [task: string]: Json }): Gathered => inputs as unknown as Gathered;

export function factsFrom(folder: string, { survey, packages, secrets, tests, links }: Gathered): ReviewFacts {
  return {
    name: packages?.manifest?.manifest?.name ?? folder,
    inventory: survey?.inventory,
    manifest: packages?.manifest,
    dependencies: packages?.dependencies,
    licences: packages?.licences,
    secrets: secrets?.secrets,
    tests: tests?.tests,
    links: links?.links,
  };
}
