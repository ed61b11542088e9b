/** Journal reader: entries of a run as they are asked for, payloads that are kept apart left out. */
import type { RunId } from "../../src/contracts/ids.ts";
import type { JournalEntry, StoredEntry } from "../../src/contracts/journal.ts";
import type { StorePort } from "../../src/contracts/ports.ts";
import type { Seq } from "../../src/contracts/units.ts";
import { skimEntry } from "../kernel/entry.ts";
import { breath, pagesOf } from "../kernel/pages.ts";

const PAGE = 500;

export class JournalReader {
  readonly run: RunId;
  readonly #store: StorePort;
  /** The page that a search looks at. */
  #page: readonly StoredEntry[] = [];

  constructor(store: StorePort, run: RunId) {
    this.#store = store;
    this.run = run;
  }

  /** Everything after an entry, page by page; others have their turn between two pages. */
  async *after(seq: Seq): AsyncGenerator<JournalEntry> {
    for await (const page of pagesOf(this.#store, this.run, seq))
      for (const stored of page) yield skimEntry(this.run, stored);
  }

  async stretch(from: Seq, to: Seq): Promise<readonly JournalEntry[]> {
    if (to < from) return [];
    const page = await this.#store.read(this.run, from - 1, to - from + 1);
    return page.map((stored) => skimEntry(this.run, stored));
  }

  /** Entries at these places, in order; neighbours are read together. */
  async entries(seqs: readonly Seq[]): Promise<readonly JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for (let from = 0; from < seqs.length; ) {
      let to = from;
      while (seqs[to + 1] === (seqs[to] ?? 0) + 1) to++;
      entries.push(...(await this.stretch(seqs[from] ?? 0, seqs[to] ?? 0)));
      from = to + 1;
    }
    return entries;
  }

  /** Whether the text of an entry holds this, in any case. For looking at one entry after the other. */
  async holds(seq: Seq, text: string): Promise<boolean> {
    const from = Math.floor((seq - 1) / PAGE) * PAGE;
    if (this.#page[0]?.seq !== from + 1 || this.#page.length < seq - from) {
      this.#page = await this.#store.read(this.run, from, PAGE);
      await breath();
    }
    return this.#page[seq - from - 1]?.body.toLowerCase().includes(text) ?? false;
  }
}
