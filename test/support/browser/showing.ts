/** Showing: a run of the office, served, and the page that shows it. Servers and offices end after each test. */
import type { BrowserContextOptions, Locator } from "playwright-core";
import { afterEach } from "vitest";
import type { Run } from "../../../index.ts";
import { pageParts, runFile } from "../../../src/adapters/http/run-file.ts";
import { type Served, type ServeOptions, serve } from "../../../src/adapters/http.ts";
import type { Inspectable } from "../../../src/contracts/control.ts";
import { FILE_FOLDER, PAGE_FOLDER } from "./folders.ts";
import { type Office, office } from "./office.ts";
import type { Pages, WatchedPage } from "./pages.ts";

export interface Showing extends Office {
  readonly run: Run;
  readonly served: Served;
  readonly page: WatchedPage;
}

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

export async function served(inspectable: Inspectable, options: ServeOptions = {}): Promise<Served> {
  const parts = pageParts(FILE_FOLDER);
  const server = await serve(inspectable, {
    approvers: ["maria", "noor"],
    page: PAGE_FOLDER,
    exportRun: async (run) => {
      const exported = await inspectable.exported?.(run);
      if (exported === undefined) throw new Error("nothing is exported here");
      return runFile(exported, parts);
    },
    ...options,
  });
  ends.push(() => server.close());
  return server;
}

/** The address of a place in the page, with all that it takes to decide there. */
export const addressOf = (server: Served, place: string, person = "maria"): string =>
  `${server.openUrl(person)}&at=${encodeURIComponent(place)}`;

export interface Shown {
  readonly objective: string;
  /** What is beside the run: `tab=journal&side=why`. */
  readonly query?: string;
  readonly context?: BrowserContextOptions;
}

export async function showing(pages: Pages, { objective, query = "", context }: Shown): Promise<Showing> {
  const made = office();
  ends.push(() => made.orchestrator.stop());
  const run = await made.orchestrator.start({ objective });
  const server = await served(made.orchestrator);
  const page = await pages.open(addressOf(server, `/run/${run.id}?${query}`), context);
  return { ...made, run, served: server, page };
}

/** The question, open or ended, on the page. */
export const questionOn = (page: WatchedPage): Locator => page.locator("article.question");
