import { describe, expect, it } from "vitest";
import { assessLinks, resolveLink } from "../../../cli/review/analysis/links.ts";
import { outlineOf, slugOf } from "../../../cli/review/analysis/markdown.ts";

const targets = (text: string) => outlineOf(text).links.map(({ target }) => target);

describe("links of a Markdown text", () => {
  it("finds inline links, images, definitions and HTML", () => {
    const text = '[a](a.md) ![b](b.png "title") [c](<c d.md>)\n\n[d]: d.md\n<a href="e.md">e</a> <img src=\'f.png\'>';
    expect(targets(text)).toEqual(["a.md", "b.png", "c d.md", "d.md", "e.md", "f.png"]);
  });

  it("keeps balanced brackets in an address, and links within links", () => {
    expect(targets("[a](a_(b).md) and ([c](c.md)) [![i](i.png)](j.md)")).toEqual(["a_(b).md", "c.md", "i.png", "j.md"]);
  });

  it("finds none in code, and takes footnotes for none", () => {
    expect(
      targets("`[a](a.md)` ``[b](b.md)``\n\n```md\n[c](c.md)\n```\n~~~\n[d](d.md)\n~~~\n[^1]: see.md\n[e](e.md)"),
    ).toEqual(["e.md"]);
  });

  it("counts external addresses, bare ones too, and fetches none", () => {
    const outline = outlineOf(
      "[a](https://a.example) <https://b.example> http://c.example mailto:x [d](mailto:d@e) [f](//g)\n[h](h.md)",
    );
    expect(outline.external).toBe(3);
    expect(outline.links).toEqual([{ target: "h.md", line: 2 }]);
  });

  it("names anchors as GitHub does", () => {
    const text =
      '# Hello, World!\n## Hello World\n## Hello World\nÜber_uns\n===\n<a id="own"></a>\n### `code()` [link](x.md) ###';
    expect([...outlineOf(text).anchors]).toEqual([
      "hello-world",
      "hello-world-1",
      "hello-world-2",
      "über_uns",
      "own",
      "code-link",
    ]);
    expect(slugOf("A  B — C")).toBe("a--b--c");
  });
});

describe("F-RES-04 takes linear time on a hostile line of 1 MB", () => {
  it.each(["](", "[", "[](", "<a href=", "<", "`", "``` ", "(", "[a](<", "# ", "[x]:", "](a ", "![", "<a ", "a](b(c"])(
    "%j",
    (piece) => {
      const started = performance.now();
      outlineOf(piece.repeat(Math.ceil(1_048_576 / piece.length)));
      expect(performance.now() - started).toBeLessThan(3_000);
    },
  );
});

it.each([
  ["docs/a.md", "b.md", "docs/b.md"],
  ["docs/a.md", "../b.md", "b.md"],
  ["docs/a.md", "/b.md", "b.md"],
  ["a.md", "./x/../b%20c.md?raw=1", "b c.md"],
  ["a.md", "#here", "a.md"],
  ["docs/a.md", "..", ""],
])("resolves, from %s, %s to %j", (from, target, path) => {
  expect(resolveLink(from, target)).toMatchObject({ kind: "inside", path });
});

it("F-DAT-11 follows no link out of the tree", () => {
  expect(resolveLink("docs/a.md", "../../issues")).toEqual({ kind: "outside" });
  expect(resolveLink("a.md", "%2e%2e/%2e%2e/etc/passwd")).toEqual({ kind: "outside" });
  expect(resolveLink("a.md", "%E0%A4%A")).toEqual({ kind: "malformed" });
  expect(resolveLink("a.md", "b%00.md")).toEqual({ kind: "malformed" });
});

it("finds missing targets and anchors, each with its line", () => {
  const readme = {
    path: "README.md",
    ...outlineOf(
      "# Top\n[a](docs/a.md#good) [b](docs/a.md#bad)\n[c](gone.md) [d](#top) [e](#nowhere) [f](src/x.ts#L10) [g](../../issues)",
    ),
  };
  const a = { path: "docs/a.md", ...outlineOf("## Good") };
  const exists = new Map([
    ["docs/a.md", true],
    ["README.md", true],
    ["src/x.ts", true],
    ["gone.md", false],
  ]);
  const facts = assessLinks({ documents: [readme, a], exists, unread: 0 });
  expect(facts.broken.items.map(({ line, target, why }) => `${line} ${target} ${why}`)).toEqual([
    "2 docs/a.md#bad no such anchor",
    "3 #nowhere no such anchor",
    "3 gone.md missing",
  ]);
  expect(facts).toMatchObject({ relative: 7, outside: 1 });
  expect(facts.findings[0]?.evidence[0]).toBe("README.md:2: docs/a.md#bad (no such anchor)");
});
