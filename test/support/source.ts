/** Source: the files of the house as text, and what each of them imports. */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

export const sourcesOf = (...patterns: readonly string[]): readonly Source[] =>
  globSync(patterns, { cwd: ROOT, exclude: (path) => path.includes("node_modules") })
    .map((path) => path.replaceAll("\\", "/"))
    .sort()
    .map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, "utf8") }));

const STRING_OR_COMMENT = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** The text without its comments; what stands in strings stays. */
export const withoutComments = (text: string): string => text.replaceAll(STRING_OR_COMMENT, "$1");

export interface Import {
  readonly specifier: string;
  /** Gone when it runs: `import type`, `export type`. */
  readonly typeOnly: boolean;
}

const STATIC = /\b(import|export)(\s+type)?\b(?!\s*\()[^;"'`]*?\bfrom\s*["']([^"']+)["']/g;
const BARE = /\bimport\s*["']([^"']+)["']/g;
const DYNAMIC = /\b(?:import|require|getBuiltinModule)\s*\(\s*(?:["']([^"']+)["'])?/g;

/** What is imported under a name made while running. */
export const COMPUTED = "<computed>";

/** Every import of a file: static, bare, dynamic, `import("…")` in a type, and re-exports. */
export function importsOf(text: string): readonly Import[] {
  const code = withoutComments(text);
  return [
    ...[...code.matchAll(STATIC)].map(([, , type, specifier = ""]) => ({ specifier, typeOnly: type !== undefined })),
    ...[...code.matchAll(BARE)].map(([, specifier = ""]) => ({ specifier, typeOnly: false })),
    ...[...code.matchAll(DYNAMIC)].map(([, specifier = COMPUTED]) => ({ specifier, typeOnly: false })),
  ];
}
