/**
 * Checkpoints: moves what is committed from the WAL into the file, on a thread of its own, because it waits for the disk
 * for milliseconds at a time. Best effort: while commits never pause it does not quite catch up, and one that finds the
 * WAL too long does the rest.
 */
import { Worker } from "node:worker_threads";

/** Commits between two checkpoints: about a thousand pages, as SQLite itself has it. */
const COMMITS = 500;

/** The length of the WAL, in pages, at which a commit does what the thread has left. */
export const LONGEST_WAL = 4_000;

export interface Checkpoints {
  /** Counts a commit. */
  count(): void;
  /** Resolves when the thread has let go of the file. */
  end(): Promise<void>;
}

/** The thread begins with the first checkpoint that is due: a store of few commits has none. */
export function checkpoints(file: string): Checkpoints {
  let commits = 0;
  let thread: Worker | undefined;
  // 1 while one is asked for or under way. Shared, because a message would cost the commit that sends it far more.
  const asked = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return {
    count: () => {
      commits += 1;
      if (commits < COMMITS || Atomics.load(asked, 0) === 1) return;
      commits = 0;
      Atomics.store(asked, 0, 1);
      Atomics.notify(asked, 0);
      thread ??= threadFor(file, asked);
    },
    end: async () => {
      await thread?.terminate();
    },
  };
}

function threadFor(file: string, asked: Int32Array<SharedArrayBuffer>): Worker {
  const code = import.meta.url.replace(/sqlite-checkpoints(\.\w+)$/, "sqlite-checkpoint-thread$1");
  const thread = new Worker(new URL(code), { workerData: { file, asked } });
  thread.unref();
  // A thread that failed counts as at work for ever: nothing more is asked of it.
  thread.on("error", () => {});
  return thread;
}
