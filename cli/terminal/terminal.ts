/** Terminal: where the command writes, and what the other end can show. Results on `out`, everything else on `err`. */
import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
export type Paint = (style: Style, text: string) => string;

export interface Screen {
  readonly write: (text: string) => void;
  readonly paint: Paint;
  /** It can be redrawn in place. */
  readonly isLive: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
}

export interface Terminal {
  readonly out: Screen;
  readonly err: Screen;
  /** There is somebody to ask. */
  readonly isInteractive: boolean;
}

const isSet = (name: string): boolean => (process.env[name] ?? "") !== "";
const isDumb = (): boolean => process.env["TERM"] === "dumb";

function screen(stream: NodeJS.WriteStream): Screen {
  const isColoured = stream.isTTY && !isSet("NO_COLOR") && !isDumb();
  return {
    write: (text) => void stream.write(text),
    paint: (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text),
    isLive: stream.isTTY && !isDumb(),
    columns: () => stream.columns || 80,
    rows: () => stream.rows || 24,
  };
}

export function processTerminal(): Terminal {
  // A reader that has seen enough (`| head`) is no fault of ours.
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  return {
    out: screen(process.stdout),
    err: screen(process.stderr),
    isInteractive: process.stdin.isTTY && process.stderr.isTTY && !isDumb(),
  };
}
