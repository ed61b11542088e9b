/** Ids: what the catalogue asks for, what tests carry in their titles, and what is said not to be covered. */

const ID = /\b(?:[FA]-[A-Z]{2,5}-\d{2}|I-[A-Z]\d{1,2})\b/g;

const idsIn = (text: string): readonly string[] => [...text.matchAll(ID)].map(([id]) => id);

/** The ids in the first column of the tables of a Markdown text, each with the rest of its line. */
export const rowsOf = (markdown: string): ReadonlyMap<string, string> =>
  new Map(
    [...markdown.matchAll(/^\| *([FAI]-[A-Z0-9-]+) *\|(.*)\|\s*$/gm)].map(([, id = "", rest = ""]) => [
      id,
      rest.trim(),
    ]),
  );

const COMMENT = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const IDLE = /\.(?:skip|todo)(?:\([^"'`]*\))?\(\s*(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)/g;
const STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

/** The ids in the strings of a test file. Comments do not count, nor do tests that do not run. */
export function idsOfTests(source: string): readonly string[] {
  const code = source.replaceAll(COMMENT, "$1").replaceAll(IDLE, "");
  return [...code.matchAll(STRING)].flatMap(([text]) => idsIn(text));
}

export interface Evidence {
  /** Markdown of the catalogue. */
  readonly catalogue: string;
  /** Markdown of what is not covered. */
  readonly notCovered: string;
  readonly tests: readonly { readonly path: string; readonly text: string }[];
}

/** What does not fit together, in words. */
export function mismatches({ catalogue, notCovered, tests }: Evidence): readonly string[] {
  const known = rowsOf(catalogue);
  const excused = rowsOf(notCovered);
  const tested = new Map<string, string>();
  for (const { path, text } of tests) for (const id of idsOfTests(text)) tested.set(id, path);
  return [
    ...[...tested].filter(([id]) => !known.has(id)).map(([id, path]) => `${id} in ${path} is not in the catalogue`),
    ...[...excused].filter(([id]) => !known.has(id)).map(([id]) => `${id} is excused and not in the catalogue`),
    ...[...excused].filter(([, reason]) => reason === "").map(([id]) => `${id} is excused without a reason`),
    ...[...excused.keys()].filter((id) => tested.has(id)).map((id) => `${id} is excused and tested: ${tested.get(id)}`),
    ...[...known.keys()]
      .filter((id) => !tested.has(id) && !excused.has(id))
      .map((id) => `${id} has no test, and no reason in docs/not-covered.md`),
  ];
}
