/**
 * Committer: group commit. Entries of all runs that come up in one turn of the event loop are written in one
 * transaction, so that many runs at once cost little more than one.
 *
 * W1  Entries of a run are written in order; a failed or fenced write fails all that wait behind it.
 */
import { RuntimeError } from "../../src/contracts/errors.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import type { Append, JournalPort } from "../../src/contracts/ports.ts";

/** Told once: nothing when the append is durable, or why it could not be written. */
export type Written = (failure?: unknown) => void;

interface Waiting {
  readonly append: Append;
  readonly written: Written;
}

export class Committer {
  readonly #store: JournalPort;
  #waiting: Waiting[] = [];
  #busy = false;
  #scheduled = false;

  constructor(store: JournalPort) {
    this.#store = store;
  }

  /** `run.fenced` when the run has another owner. */
  add(append: Append, written: Written): void {
    this.#waiting.push({ append, written });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#busy || this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#busy = true;
    const groups = merge(batch);
    this.#store.append(groups.map(({ append }) => append)).then(
      (results) => {
        groups.forEach(({ append, members }, place) => {
          const failure = results[place] === "written" ? undefined : fenced(append.run);
          for (const { written } of members) written(failure);
        });
        this.#done();
      },
      (error: unknown) => {
        for (const { written } of batch) written(error);
        this.#done();
      },
    );
  }

  #done(): void {
    this.#busy = false;
    if (this.#waiting.length > 0) this.#schedule();
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
  ...(first.taken === undefined && second.taken === undefined
    ? {}
    : { taken: [...(first.taken ?? []), ...(second.taken ?? [])] }),
  ...(second.summary === undefined
    ? first.summary === undefined
      ? {}
      : { summary: first.summary }
    : { summary: second.summary }),
});
