/**
 * Run file: an exported run as one HTML document that carries the page, and asks nobody for anything.
 *
 * X1  What agents, tools and people said is in it as JSON in which no `<` is left, and is never markup.
 * X2  Its policy names the one script and the one style by their hash. There is no address it may connect to.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RuntimeError } from "../../contracts/errors.ts";
import type { ExportedRun } from "../../contracts/exported-run.ts";

/** The page as one script; built, this file lies beside it. */
const near = import.meta.url.endsWith(".ts") ? "../../../dist/page-file" : "../../../page-file";
const FOLDER = fileURLToPath(new URL(near, import.meta.url));

export interface PageParts {
  readonly script: string;
  readonly style: string;
  /** The worker that lays charts out. */
  readonly worker: string;
}

/** @throws RuntimeError `config.invalid` in a checkout where the page is not built. */
export function pageParts(folder: string = FOLDER): PageParts {
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  try {
    return { script: read("page.js"), style: read("style.css"), worker: read("elk-worker.min.js") };
  } catch (cause) {
    throw new RuntimeError("config.invalid", "the page is not built; in a checkout, run `npm run build:page`", {
      cause,
    });
  }
}

const sha256 = (text: string): string => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

/** No sequence of characters in it ends, or begins, anything of HTML. */
const carried = (text: string): string =>
  text
    .replaceAll("&", "\\u0026")
    .replaceAll("<", "\\u003c")
    .replaceAll(">", "\\u003e")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");

/** In a script of ours these stand in strings and patterns only, where `\\x3c` says the same. */
const scripted = (code: string): string => code.replaceAll(/<(?=\/script|!--)/gi, "\\x3c");

const text = (words: string): string => words.replaceAll(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

export function runFile(run: ExportedRun, parts: PageParts = pageParts()): string {
  const script = scripted(parts.script);
  const policy = [
    "default-src 'none'",
    `script-src ${sha256(script)}`,
    `style-src ${sha256(parts.style)}`,
    "worker-src blob:",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(`${run.summary.name} – ${run.summary.run}`)}</title>
<style>${parts.style}</style>
</head>
<body>
<div id="page"><noscript>${text(`${run.product}: run ${run.summary.run}, ${run.summary.head} entries. ${chainOf(run)} The page needs JavaScript; the data is in this file as JSON.`)}</noscript></div>
<script type="application/json" id="bailiwick-run">${carried(JSON.stringify(run))}</script>
<script type="text/plain" id="bailiwick-layout">${scripted(parts.worker)}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

const chainOf = ({ chain }: ExportedRun): string =>
  chain.whole
    ? `The chain of its journal is whole; the hash of its head is ${chain.head}.`
    : `The chain of its journal is not whole: ${chain.reason}.`;
