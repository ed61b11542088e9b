/** What the documents say of the house is what is there. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AnyStateNode } from "xstate";
import { chartsOfTheHouse } from "./support/charts.ts";
import { ROOT, sourcesOf } from "./support/source.ts";

const documents = sourcesOf("*.md", "docs/**/*.md");
const nodesBelow = (node: AnyStateNode): readonly AnyStateNode[] =>
  Object.values(node.states).flatMap((child) => [child, ...nodesBelow(child)]);

describe("docs/machines.md", async () => {
  const text = documents.find(({ path }) => path === "docs/machines.md")?.text ?? "";
  const sections = new Map(text.split(/^## /m).map((section) => [section.split("\n")[0], section]));

  it.each(await chartsOfTheHouse())("names every state, event, effect and delay of %s", (_, { root }) => {
    const section = sections.get(root.id) ?? "";
    const nodes = [root, ...nodesBelow(root)];
    const said = [
      ...nodesBelow(root).map(({ key }) => key),
      ...nodes.flatMap(({ events }) => events.filter((event) => event !== "" && !event.startsWith("xstate."))),
      ...nodes.flatMap(({ invoke }) => invoke.map(({ src }) => String(src))),
      ...nodes.flatMap(({ after }) => after.map(({ delay }) => String(delay))),
    ];
    expect([...new Set(said)].filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("every document", () => {
  it.each(documents)("$path links to what exists", ({ path, text }) => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(ROOT, dirname(path), link)));
    expect(broken).toEqual([]);
  });

  it("names only scripts that exist", async () => {
    const { default: manifest } = await import("../package.json", { with: { type: "json" } });
    const named = documents.flatMap(({ text }) =>
      [...text.matchAll(/npm run ([a-z-]+)/g)].map(([, name = ""]) => name),
    );
    expect([...new Set(named)].filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  });
});
