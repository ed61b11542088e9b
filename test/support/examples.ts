/** Examples: started as a user starts them, in a process of their own, from the source in this folder. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT } from "./source.ts";

const start = promisify(execFile);

/** What an example prints. Rejects when it fails, or says anything on stderr. */
export async function printed(path: string): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1" };
  delete (env as { FORCE_COLOR?: string }).FORCE_COLOR;
  const { stdout, stderr } = await start(process.execPath, ["--import", "./scripts/from-source.ts", path], {
    cwd: ROOT,
    env,
  });
  if (stderr !== "") throw new Error(stderr);
  return stdout;
}

const FENCE = /<!-- ([^\n]+?) -->\n+```(?:ts|text)\n([\s\S]*?)```/g;

/** The code blocks of a Markdown text that name the file they are taken from. */
export const quotedFiles = (markdown: string): ReadonlyMap<string, string> =>
  new Map([...markdown.matchAll(FENCE)].map(([, file = "", code = ""]) => [file, code]));
