/** Show page: serves the page of runs, and brings it before whoever started the command. */
import type { Inspectable } from "../../index.ts";
import type { Served } from "../../src/adapters/http.ts";
import { visible } from "../review/report/escape.ts";
import { openInBrowser } from "./browser.ts";
import { buildPage } from "./build-page.ts";
import type { PageFlags } from "./page-flags.ts";

export interface ShownPage extends AsyncDisposable {
  readonly served: Served;
}

export interface ShowPage extends PageFlags {
  /** Opened at this run. */
  readonly run?: string | undefined;
  readonly say: (line: string) => void;
}

export async function showPage(
  inspectable: Inspectable,
  { port, browser, approver, run, say }: ShowPage,
): Promise<ShownPage> {
  await buildPage(say);
  // Other commands have no use for a server, and start sooner without.
  const { serve } = await import("../../src/adapters/http.ts");
  const decides = inspectable.control !== undefined;
  const served = await serve(inspectable, {
    port,
    approvers: decides ? [approver] : [],
    warn: (line) => say(visible(line)),
  });
  const url = served.openUrl(decides ? approver : undefined, run);
  const opening = browser ? await openInBrowser(url) : undefined;
  const who = decides ? `look on, and decide as ${visible(approver)}` : "look on";
  if (opening?.isOpened === true) say(`The page is open in your browser: ${served.url}`);
  else say(`The page: ${url}\nWhoever has this address can ${who}. Keep it to yourself.`);
  return {
    served,
    [Symbol.asyncDispose]: async () => {
      opening?.[Symbol.dispose]();
      await served.close();
    },
  };
}
