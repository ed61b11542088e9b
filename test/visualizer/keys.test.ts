/** The keys of the page are the same on the page and in its documentation. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { KEYS } from "../../visualizer/src/state/key-list.ts";
import { ROOT } from "../support/source.ts";

const inHelp = KEYS.flatMap(({ lines }) => lines.map(([keys, what]) => [keys, what]));

it("the documentation lists every key that the page's help does, in the same words", () => {
  const text = readFileSync(`${ROOT}docs/visualizer.md`, "utf8");
  const table = text.slice(text.indexOf("## Keys"));
  const lines = [...table.matchAll(/^\| (`.+`) \| (.+) \|$/gm)];
  expect(lines.map(([, keys = "", what]) => [keys.replaceAll("`", ""), what])).toEqual(inHelp);
});
