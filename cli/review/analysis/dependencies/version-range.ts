/** How much does a dependency's range leave open? Read from its text; nothing is resolved. */

export type RangeKind =
  | "exact"
  | "compatible"
  | "wide"
  | "any"
  | "tag"
  | "git"
  | "url"
  | "insecure-url"
  | "file"
  | "workspace"
  | "alias"
  | "unknown";

const EXACT = /^[v=]?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const PARTIAL = /^[v=]?\d+(?:\.(?:\d+|[xX*]))?(?:\.[xX*])?$/;
const CARET = /^[~^]\s*v?\d/;
const HYPHEN = /^\S{1,60} - \S{1,60}$/;
const GIT_HOST = /^(?:github|gitlab|bitbucket|gist):|^git(?:\+[a-z]+)?:|^git@|^[\w.-]{1,60}\/[\w.-]{1,100}(?:#|$)/;
const COMMIT = /#[0-9a-f]{40}$/;

export function rangeKindOf(range: string): RangeKind {
  const text = range.trim();
  if (text === "" || /^[*xX]$/.test(text)) return "any";
  if (/^workspace:|^catalog:/.test(text)) return "workspace";
  if (/^(?:file|link|portal):|^\.{0,2}\//.test(text)) return "file";
  if (/^http:/.test(text)) return "insecure-url";
  if (/^https:/.test(text)) return text.includes(".git") ? "git" : "url";
  if (/^npm:/.test(text)) return "alias";
  if (GIT_HOST.test(text)) return "git";
  return versionKindOf(text);
}

function versionKindOf(text: string): RangeKind {
  if (EXACT.test(text)) return "exact";
  if (PARTIAL.test(text) || CARET.test(text)) return text.includes("||") ? widest(text) : "compatible";
  if (HYPHEN.test(text)) return "compatible";
  if (text.includes("||")) return widest(text);
  if (/^>/.test(text)) return text.includes("<") ? "compatible" : "wide";
  if (/^</.test(text)) return "wide";
  return /^[A-Za-z][\w.-]*$/.test(text) ? "tag" : "unknown";
}

/** Alternatives are as open as the most open of them. */
function widest(text: string): RangeKind {
  const kinds = text.split("||").map((part) => (part.trim() === "" ? "any" : rangeKindOf(part)));
  return (["any", "wide", "tag", "unknown"] as const).find((kind) => kinds.includes(kind)) ?? "compatible";
}

/** A git dependency that names one commit is fixed, although nobody but its host vouches for it. */
export const isOneCommit = (range: string): boolean => COMMIT.test(range);
