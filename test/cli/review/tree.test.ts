import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTree } from "../../../cli/review/tree.ts";
import { scratch } from "./scratch-tree.ts";

const all = { maxBytes: 1_000 };

async function refusalOf(root: string, path: string): Promise<string> {
  const tree = await openTree(root);
  return tree.read(path, all).then(
    () => "read",
    (error: { name: string; refusal: string }) => `${error.name}: ${error.refusal}`,
  );
}

describe("the confined root", () => {
  it.each(["../secret.txt", "a/../../secret.txt", "..", "a/..", "./../secret.txt"])(
    "F-DAT-11 refuses %s by its text",
    async (path) => {
      const outer = scratch({ "secret.txt": "s", "root/a/b.txt": "b" });
      expect(await refusalOf(join(outer, "root"), path)).toBe("TreeError: outside");
    },
  );

  it.each(["/etc/passwd", "//etc/passwd", "C:\\windows\\win.ini", "\\\\host\\share", "c:x"])(
    "F-DAT-11 refuses the absolute path %s",
    async (path) => {
      expect(await refusalOf(scratch({ "a.txt": "a" }), path)).toBe("TreeError: absolute");
    },
  );

  it("F-DAT-11 refuses names that no file has", async () => {
    const root = scratch({ "a.txt": "a" });
    expect(await refusalOf(root, "a.txt\0.png")).toBe("TreeError: malformed");
    expect(await refusalOf(root, "\ud800")).toBe("TreeError: malformed");
    expect(await refusalOf(root, "a/".repeat(3_000))).toBe("TreeError: malformed");
    expect(await refusalOf(root, `${"x".repeat(300)}.txt`)).toBe("TreeError: unreadable");
  });

  it("refuses a link that leads out, as the file and on the way to it", async () => {
    const outer = scratch({ "outside/secret.txt": "s", "root/a.txt": "a" });
    const root = join(outer, "root");
    symlinkSync(join(outer, "outside/secret.txt"), join(root, "file"));
    symlinkSync("../outside", join(root, "folder"));
    symlinkSync("/etc", join(root, "etc"));
    expect(await refusalOf(root, "file")).toBe("TreeError: outside");
    expect(await refusalOf(root, "folder/secret.txt")).toBe("TreeError: outside");
    expect(await refusalOf(root, "etc/hostname")).toBe("TreeError: outside");
  });

  it("is not fooled by a sibling whose name begins like the root's", async () => {
    const outer = scratch({ "root/a.txt": "a", "root-too/secret.txt": "s" });
    symlinkSync("../root-too/secret.txt", join(outer, "root/link"));
    expect(await refusalOf(join(outer, "root"), "link")).toBe("TreeError: outside");
  });

  it("follows a link that stays inside, and says of a loop that it leads nowhere", async () => {
    const root = scratch({ "docs/a.txt": "hello" });
    symlinkSync("docs", join(root, "inside"));
    symlinkSync("two", join(root, "one"));
    symlinkSync("one", join(root, "two"));
    const tree = await openTree(root);
    expect(await tree.read("inside/a.txt", all)).toMatchObject({ kind: "text", text: "hello" });
    expect(await refusalOf(root, "one")).toBe("TreeError: outside");
    expect(await tree.kindOf("one")).toBe("outside");
  });

  it("refuses pipes, sockets, devices and folders without waiting for them", async () => {
    const root = scratch({ "folder/a.txt": "a" });
    execFileSync("mkfifo", [join(root, "pipe")]);
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(root, "socket"), done));
    expect(await refusalOf(root, "pipe")).toBe("TreeError: special");
    expect(await refusalOf(root, "socket")).toBe("TreeError: special");
    expect(await refusalOf(root, "folder")).toBe("TreeError: special");
    expect(await refusalOf("/dev", "null")).toBe("TreeError: special");
    server.close();
  });

  it("names the path and the reason, and not the place of the root", async () => {
    const root = scratch({ "a.txt": "a" });
    const tree = await openTree(root);
    const error: Error = await tree.read("no/such.txt", all).then(
      () => new Error("read"),
      (thrown: Error) => thrown,
    );
    expect(error.message).toBe('"no/such.txt" is refused: there is no such file');
    expect(error.message).not.toContain(root);
  });

  // Root reads everything: there the refusal cannot be brought about, and the test says so by being skipped.
  it.skipIf(process.getuid?.() === 0)("refuses a file this user may not read", async () => {
    const root = scratch({ "a.txt": "a" });
    chmodSync(join(root, "a.txt"), 0);
    expect(await refusalOf(root, "a.txt")).toBe("TreeError: unreadable");
  });

  it("refuses to open what is not a folder", async () => {
    const root = scratch({ "a.txt": "a" });
    await expect(openTree(join(root, "a.txt"))).rejects.toMatchObject({ refusal: "special" });
    await expect(openTree(join(root, "none"))).rejects.toMatchObject({ refusal: "missing" });
  });

  it("F-DAT-11 reads nothing outside, whatever path is made of its pieces", async () => {
    const outer = scratch({ "secret.txt": "SECRET", "root/a/b.txt": "inside", "root/secret.txt": "inside" });
    const root = join(outer, "root");
    mkdirSync(join(root, "deep/er"), { recursive: true });
    symlinkSync("../..", join(root, "deep/up"));
    symlinkSync("../../..", join(root, "deep/er/out"));
    const tree = await openTree(root);
    const piece = fc.constantFrom(
      "..",
      ".",
      "",
      "a",
      "b.txt",
      "deep",
      "er",
      "up",
      "out",
      "root",
      "secret.txt",
      "\0",
      "\\",
      "~",
    );
    const path = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join("/"));
    await fc.assert(
      fc.asyncProperty(path, async (asked) => {
        const content = await tree.read(asked, all).catch(() => undefined);
        expect(content === undefined || (content.kind === "text" && content.text === "inside")).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the contents of a file", () => {
  const read = async (content: string | Uint8Array, maxBytes = 1_000) => {
    const tree = await openTree(scratch({ file: content }));
    return tree.read("file", { maxBytes });
  };

  it("takes a file with a NUL near its beginning for binary", async () => {
    expect(await read(Uint8Array.of(80, 75, 3, 4, 0, 0))).toEqual({ kind: "binary", size: 6 });
  });

  it("reads what is not UTF-8 byte by byte, and says so", async () => {
    expect(await read(Uint8Array.of(0x63, 0x61, 0x66, 0xe9))).toMatchObject({ kind: "latin1", text: "café" });
  });

  it("drops a byte order mark", async () => {
    expect(await read("\uFEFF{}")).toMatchObject({ kind: "text", text: "{}" });
  });

  it("says that it cut, and keeps half a character back", async () => {
    expect(await read("aé", 2)).toEqual({ kind: "text", text: "a", size: 3, truncated: true });
    expect(await read("aé", 3)).toEqual({ kind: "text", text: "aé", size: 3, truncated: false });
    expect(await read("")).toEqual({ kind: "text", text: "", size: 0, truncated: false });
    expect(await read("abc", 0)).toMatchObject({ text: "", truncated: true });
  });

  it("reads files that claim to be empty, up to the bound", async () => {
    const tree = await openTree("/proc/self");
    expect(await tree.read("status", { maxBytes: 6 })).toMatchObject({
      kind: "text",
      text: "Name:\t",
      truncated: true,
    });
  });

  it("reads a file larger than one chunk in full", async () => {
    const text = "0123456789".repeat(50_000);
    expect(await read(text, 1_000_000)).toMatchObject({ text, truncated: false });
    expect(await read(text, 70_000)).toMatchObject({ text: text.slice(0, 70_000), truncated: true });
  });

  it("does not open a link put in the place of a file", async () => {
    const outer = scratch({ "secret.txt": "s", "root/a.txt": "a" });
    const tree = await openTree(join(outer, "root"));
    writeFileSync(join(outer, "root/b.txt"), "b");
    execFileSync("ln", ["-sf", "../secret.txt", join(outer, "root/b.txt")]);
    await expect(tree.read("b.txt", all)).rejects.toMatchObject({ refusal: "outside" });
  });
});
