/** The fourteen failure modes of MAST: each line of the table names a test that is there. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ROOT } from "./support/source.ts";

const table = readFileSync(`${ROOT}docs/mast.md`, "utf8");
const rows = [...table.matchAll(/^\| (\d\.\d) ([^|]+) \| ([^|]+) \| [^|]+ \| `([^`]+)`: "([^"]+)" \|$/gm)];

const MODES = ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.2", "3.3"];

describe("docs/mast.md", () => {
  it("has a line for each of the fourteen modes", () => {
    expect(rows.map(([, mode]) => mode)).toEqual(MODES);
  });

  it.each(rows.map(([, mode, name, , path, title]) => [mode, name, path, title] as const))(
    "%s %s is shown by a test in %s",
    (_, __, path, title) => {
      const source = readFileSync(`${ROOT}${path}`, "utf8");
      // In a title, and of a test that runs.
      expect(source).toMatch(new RegExp(`\\b(?:it|it\\.each[\\s\\S]{0,4000})\\(\\s*"${escaped(title)}`));
      expect(source).not.toMatch(new RegExp(`\\.(?:skip|todo)\\(\\s*"${escaped(title)}`));
    },
  );
});

const escaped = (text = ""): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
