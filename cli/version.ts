import { readFileSync } from "node:fs";

/** Built, this file lies one folder deeper. */
const up = import.meta.url.endsWith(".ts") ? "../package.json" : "../../package.json";

export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL(up, import.meta.url), "utf8"));
  return (manifest as { readonly version: string }).version;
}
