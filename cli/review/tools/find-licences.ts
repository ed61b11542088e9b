import * as v from "valibot";
import { defineTool } from "../../../index.ts";
import type { LockedPackage } from "../analysis/dependencies/lockfile.ts";
import { licenceOf } from "../analysis/dependencies/manifest.ts";
import { inOrder } from "../analysis/finding.ts";
import { assessLicences, type LicenceFacts } from "../analysis/licences/licences.ts";
import { parseJson, textField } from "../analysis/plain-json.ts";
import type { Tree } from "../tree.ts";
import { MANIFEST, rootLockfile, rootManifest, withoutLicence } from "./manifest-source.ts";
import { textOf } from "./sweep.ts";

const TEXT = /^(?:licen[cs]e|copying|unlicense)(?:[-.][A-Za-z0-9.-]{1,40})?$/i;
const FOLDER = /^LICENSES\/[^/]+$/;
const TEXT_BYTES = 262_144;
const MANIFEST_BYTES = 1_048_576;
/** Installed manifests read at most: one for each package whose lockfile says nothing. */
const MOST_INSTALLED = 5_000;
const MOST_TEXTS = 20;

export const findLicencesTool = (tree: Tree) =>
  defineTool({
    name: "find-licences",
    description: "Identifies the tree's own licence, and those of all locked packages as far as they are stated.",
    input: v.strictObject({}),
    effect: "read",
    run: async (_input, { signal }): Promise<LicenceFacts> => {
      const manifest = await rootManifest(tree);
      const packages = (await rootLockfile(tree))?.lock.packages ?? [];
      return assessLicences({
        manifestPath: manifest === null ? null : MANIFEST,
        declared: manifest?.facts.licence ?? null,
        texts: await licenceTexts(tree, signal),
        packages,
        installed: await installedLicences(tree, withoutLicence(packages).slice(0, MOST_INSTALLED), signal),
      });
    },
  });

async function licenceTexts(tree: Tree, signal: AbortSignal) {
  const paths: string[] = [];
  for await (const { path } of tree.walk({ signal })) if (TEXT.test(path) || FOLDER.test(path)) paths.push(path);
  const texts: { path: string; text: string }[] = [];
  for (const path of paths.sort(inOrder).slice(0, MOST_TEXTS))
    texts.push({ path, text: (await textOf(tree, path, TEXT_BYTES)) ?? "" });
  return texts;
}

/** From the manifests under node_modules. One of another version than the locked says nothing about it. */
async function installedLicences(tree: Tree, packages: readonly LockedPackage[], signal: AbortSignal) {
  const found = new Map<string, string>();
  if ((await tree.kindOf("node_modules")) !== "folder") return found;
  for (const { name, version, place } of packages) {
    signal.throwIfAborted();
    const folder = place ?? `node_modules/${name}`;
    const text = await textOf(tree, `${folder}/${MANIFEST}`, MANIFEST_BYTES);
    const parsed = parseJson(text ?? "");
    if (parsed.kind === "malformed" || textField(parsed.value, "version") !== version) continue;
    const licence = licenceOf(parsed.value);
    if (licence !== null) found.set(`${name}@${version}`, licence);
  }
  return found;
}
