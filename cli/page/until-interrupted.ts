/** Until interrupted: a page stays as long as whoever started the command does. */
import type { Inspectable } from "../../index.ts";
import { interruption } from "../interruption.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { type ShowPage, showPage } from "./show-page.ts";

export function untilInterrupted(signal: AbortSignal, { err }: Pick<Terminal, "err">): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else err.write("The page stays until Ctrl-C.\n");
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

/** Shows a page and does nothing else. */
export async function onlyPage(
  inspectable: Inspectable,
  options: ShowPage,
  terminal: Pick<Terminal, "err">,
): Promise<void> {
  using interrupted = interruption();
  await using page = await showPage(inspectable, options);
  if (page.served.feedUrl !== undefined) options.say(`Applications tell what they do at ${page.served.feedUrl}`);
  await untilInterrupted(interrupted.signal, terminal);
}
