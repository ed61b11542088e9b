/**
 * Page: the files of the visualizer, by exact name. Nothing of a request reaches the file system: what is not in the
 * folder's own list is not there.
 */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface PageFile {
  readonly type: string;
  readonly body: ArrayBuffer;
}

export interface Page {
  /** By the path of a request; undefined: there is no such file. */
  file(path: string): Promise<PageFile | undefined>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
};

/** Where the package has it; built, this file lies in the same folder. */
const near = import.meta.url.endsWith(".ts") ? "../../../dist/visualizer" : "../../../visualizer";
export const PAGE_FOLDER = fileURLToPath(new URL(near, import.meta.url));

export function pageIn(folder: string): Page {
  let files = namesIn(folder);
  return {
    async file(path) {
      // A page that was built since is found; one that is there is looked for once.
      if (!files.has("/index.html")) files = namesIn(folder);
      const name = path === "/" ? "/index.html" : path;
      const type = TYPES[extname(name)];
      if (files.has(name) && type !== undefined) return { type, body: await bytesOf(join(folder, name)) };
      return name === "/index.html"
        ? { type: TYPES[".html"] ?? "", body: PLACEHOLDER.buffer as ArrayBuffer }
        : undefined;
    },
  };
}

const bytesOf = async (file: string): Promise<ArrayBuffer> => new Uint8Array(await readFile(file)).buffer;

function namesIn(folder: string): ReadonlySet<string> {
  try {
    const found = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = found.filter((entry) => entry.isFile());
    return new Set(files.map(({ parentPath, name }) => nameIn(folder, join(parentPath, name))));
  } catch {
    return new Set();
  }
}

const nameIn = (folder: string, file: string): string => file.slice(folder.length).replaceAll("\\", "/");

const PLACEHOLDER = new TextEncoder().encode(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Bailiwick</title>
<h1>The page is not built</h1>
<p>This server runs, and its page is not where it should be. In a checkout, build it with <code>npm run build:page</code>, and load this again.</p>
</html>
`);
