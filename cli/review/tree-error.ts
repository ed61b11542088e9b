/** Why a path of the tree was refused. */
export type Refusal = "absolute" | "outside" | "malformed" | "missing" | "special" | "unreadable" | "changed";

/** A path that is not read. The message names the path as it was asked for, never where a link leads. */
export class TreeError extends Error {
  override readonly name = "TreeError";
  readonly refusal: Refusal;
  readonly path: string;

  constructor(refusal: Refusal, path: string, why: string, options?: { readonly cause?: unknown }) {
    super(`${JSON.stringify(path.slice(0, 500))} is refused: ${why}`, options);
    this.refusal = refusal;
    this.path = path;
  }
}

/** The system's word for an error: `ENOENT`, `EACCES` … */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
}

/** What the system said, as a refusal of this path. */
export function refusalOf(path: string, error: unknown): TreeError {
  if (error instanceof TreeError) return error;
  const code = systemCode(error);
  const cause = { cause: error };
  if (code === "ENOENT" || code === "ENOTDIR") return new TreeError("missing", path, "there is no such file", cause);
  if (code === "ELOOP") return new TreeError("outside", path, "it is a symbolic link that leads nowhere", cause);
  if (code === "ENXIO") return new TreeError("special", path, "it is a socket or a pipe, not a file", cause);
  return new TreeError("unreadable", path, `it cannot be read (${code}); give this user the right to read it`, cause);
}
