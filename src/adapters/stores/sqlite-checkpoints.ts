/**
 * Checkpoints: moves what is committed from the WAL into the file, on a thread of its own, because it waits for the disk
 * for milliseconds at a time. Best effort: where it does not keep up, the commit that finds the WAL too long does it.
 */
import { Worker } from "node:worker_threads";

/** Commits between two checkpoints: about a thousand pages, as SQLite itself has it. */
const COMMITS = 500;

/** The length of the WAL, in pages, at which a commit does what the thread should have done. */
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
  let isAtWork = false;
  return {
    count: () => {
      commits += 1;
      if (commits < COMMITS || isAtWork) return;
      commits = 0;
      isAtWork = true;
      thread ??= threadFor(file, () => (isAtWork = false));
      thread.postMessage(null);
    },
    end: async () => {
      await thread?.terminate();
    },
  };
}

function threadFor(file: string, told: () => void): Worker {
  const code = import.meta.url.replace(/sqlite-checkpoints(\.\w+)$/, "sqlite-checkpoint-thread$1");
  const thread = new Worker(new URL(code), { workerData: file });
  thread.unref();
  thread.on("message", told);
  // A thread that failed counts as at work for ever: nothing more is asked of it.
  thread.on("error", () => {});
  return thread;
}
