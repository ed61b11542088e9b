/** Edited subject: the content of a call, changed by a person in their own editor. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../../index.ts";

const editor = (): string => process.env["VISUAL"] || process.env["EDITOR"] || "";

export const hasEditor = (): boolean => editor() !== "";

/** Undefined: it was left as it was, the editor failed, or there is nothing in it that can be edited. */
export function editedSubject(subject: Json): Json | undefined {
  const content = typeof subject === "object" && subject !== null ? (subject as { content?: Json }).content : undefined;
  if (typeof content !== "string") return undefined;
  const folder = mkdtempSync(join(tmpdir(), "bailiwick-edit-"));
  try {
    const file = join(folder, "REVIEW.md");
    writeFileSync(file, content, { mode: 0o600 });
    // Through a shell, because EDITOR may hold options; the file's name is ours and needs no quoting there.
    const { status } = spawnSync(`${editor()} "$BAILIWICK_EDITED"`, {
      shell: true,
      stdio: "inherit",
      env: { ...process.env, BAILIWICK_EDITED: file },
    });
    const edited = readFileSync(file, "utf8");
    return status !== 0 || edited === content ? undefined : { ...(subject as object), content: edited };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
