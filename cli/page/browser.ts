/**
 * Browser: opens the page with its key, and shows the key to nobody else.
 *
 * K1  The key is in no command line, which all of the machine can read: a browser is given a file, which only this user
 *     can, and which sends it on (A-HTTP-06).
 * K2  The file is gone soon, and at the latest when the page is.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long a browser may take to read the file. */
const READ_MS = 60_000;

export interface Opening extends Disposable {
  /** Whether there is a browser to open it with. */
  readonly isOpened: boolean;
}

/** @param url with the key in its fragment. */
export async function openInBrowser(url: string): Promise<Opening> {
  const opener = openerOf(process.platform, process.env);
  if (opener === undefined) return { isOpened: false, [Symbol.dispose]: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "bailiwick-"));
  const forget = (): void => rmSync(folder, { recursive: true, force: true });
  const file = join(folder, "open.html");
  writeFileSync(file, redirectTo(url), { mode: 0o600, flag: "wx" });
  const timer = setTimeout(forget, READ_MS).unref();
  const isOpened = await starts([...opener, file]);
  if (!isOpened) forget();
  return {
    isOpened,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      forget();
    },
  };
}

/** The command that opens a file for whoever sits there; undefined where nobody can see it. */
export function openerOf(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): readonly string[] | undefined {
  const own = env["BROWSER"] ?? "";
  if (own !== "") return own === "none" ? undefined : [own];
  if ((env["SSH_CONNECTION"] ?? "") !== "") return undefined;
  if (platform === "darwin") return ["open"];
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return (env["DISPLAY"] ?? env["WAYLAND_DISPLAY"] ?? "") === "" ? undefined : ["xdg-open"];
}

function starts([command = "", ...args]: readonly string[]): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.once("error", () => resolve(false));
  child.once("spawn", () => resolve(true));
  child.unref();
  return promise;
}

const redirectTo = (url: string): string => `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${url.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}">
<title>Bailiwick</title>
`;
