import type { PackageSource } from "./lockfile.ts";

const REGISTRY_PATH = /\/-\/[^/]+\.tgz(?:[?#]|$)/;

/** Where a `resolved` address leads. A registry is known by the shape of its paths, whoever hosts it. */
export function sourceOf(resolved: string | undefined): { readonly source: PackageSource; readonly host?: string } {
  if (resolved === undefined || resolved === "") return { source: "unstated" };
  if (/^(?:file|link|portal|workspace):/.test(resolved)) return { source: "file" };
  if (/^git|\.git(?:#|$)/.test(resolved)) return { source: "git" };
  const url = URL.canParse(resolved) ? new URL(resolved) : undefined;
  if (url === undefined) return { source: "unstated" };
  if (url.protocol === "http:") return { source: "insecure-url", host: url.host };
  if (url.protocol !== "https:") return { source: url.protocol === "ssh:" ? "git" : "url", host: url.host };
  if (url.host === "codeload.github.com") return { source: "git", host: url.host };
  return { source: REGISTRY_PATH.test(url.pathname) ? "registry" : "url", host: url.host };
}
