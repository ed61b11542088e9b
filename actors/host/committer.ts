/**
 * Committer: group commit. Entries of all runs that come up in one turn of the event loop are written in one
 * transaction, so that many runs at once cost little more than one.
 *
 * W1  Entries of a run are written in order; a failed or fenced write fails all that wait behind it.
 */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import type { Append, JournalPort } from "../../src/contracts/ports.ts";

interface Waiting {
  readonly append: Append;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Committer {
  readonly #store: JournalPort;
  #waiting: Waiting[] = [];
  #busy = false;
  #scheduled = false;

  constructor(store: JournalPort) {
    this.#store = store;
  }

  /** Resolves when the append is durable; rejects with `run.fenced` when the run has another owner. */
  add(append: Append): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ append, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#busy || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#busy = true;
    try {
      const groups = merge(batch);
      const results = await this.#store.append(groups.map(({ append }) => append));
      groups.forEach(({ append, members }, place) => {
        for (const member of members) {
          if (results[place] === "written") member.resolve();
          else member.reject(fenced(append.run));
        }
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#busy = false;
      if (this.#waiting.length > 0) this.#schedule();
    }
  }
}

const fenced = (run: RunId): RuntimeError =>
  new RuntimeError("run.fenced", `run ${run} has been taken over by another owner; nothing was written`);

interface Group {
  append: Append;
  readonly members: Waiting[];
}

/** One append a run: a store checks each run once. */
function merge(batch: readonly Waiting[]): readonly Group[] {
  const groups = new Map<RunId, Group>();
  for (const member of batch) {
    const group = groups.get(member.append.run);
    if (group === undefined) groups.set(member.append.run, { append: member.append, members: [member] });
    else {
      group.append = join(group.append, member.append);
      group.members.push(member);
    }
  }
  return [...groups.values()];
}

const join = (first: Append, second: Append): Append => ({
  run: first.run,
  epoch: second.epoch,
  entries: [...first.entries, ...second.entries],
  blobs: [...first.blobs, ...second.blobs],
  durable: first.durable || second.durable,
  ...(second.summary === undefined
    ? first.summary === undefined
      ? {}
      : { summary: first.summary }
    : { summary: second.summary }),
});
