/** The real command in a pseudo-terminal, by `script` of util-linux; keys are typed when what they answer is on the screen. */
import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { COMMAND, quietEnv } from "./command.ts";

export interface Step {
  readonly awaits: string;
  readonly types: string;
}

export const ENTER = "\r";
export const DOWN = "\u001b[B";
export const CTRL_C = "\u0003";

export interface Seen {
  readonly code: number | null;
  /** All that was written, with what moves the cursor and colours. */
  readonly raw: string;
  readonly text: string;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function inTerminal(args: string, steps: readonly Step[], { cwd, env }: TerminalOptions): Promise<Seen> {
  const command = `stty cols 120 rows 40; '${process.execPath}' '${COMMAND}' ${args}`;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd,
    env: quietEnv({ TERM: "xterm-256color", ...env }),
  });
  const waiting = [...steps];
  let raw = "";
  let from = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    raw += text;
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      const at = raw.indexOf(next.awaits, from);
      if (at < 0) return;
      from = raw.length;
      waiting.shift();
      child.stdin.write(next.types);
    }
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, raw, text: stripVTControlCharacters(raw) }));
  });
}
