import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./sqlite-child.ts", import.meta.url));

export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** Its next line of output, parsed; undefined once it has ended. */
  said<T>(): Promise<T | undefined>;
  tell(): void;
  ended(): Promise<void>;
  readonly errors: () => string;
}

/** A real process in a role of sqlite-child.ts. `via` is a shell line that ends in `exec "$@"`. */
export function child(role: readonly string[], options: { readonly uid?: number; readonly via?: string } = {}): Child {
  const command = [process.execPath, PROGRAM, ...role];
  const [program = "", ...args] = options.via ? ["bash", "-c", options.via, "bash", ...command] : command;
  const running = spawn(program, args, options.uid === undefined ? {} : { uid: options.uid, gid: options.uid });
  const lines = createInterface({ input: running.stdout })[Symbol.asyncIterator]();
  const exit = once(running, "exit");
  let errors = "";
  running.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  return {
    process: running,
    async said() {
      const { value, done } = await lines.next();
      return done ? undefined : JSON.parse(value);
    },
    tell: () => void running.stdin.write("\n"),
    async ended() {
      await exit;
    },
    errors: () => errors,
  };
}
