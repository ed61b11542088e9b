/** The thread of {@link checkpoints}: a checkpoint whenever it is asked, as far as no reader or writer has to wait for it. */
import { DatabaseSync } from "node:sqlite";
import { workerData } from "node:worker_threads";

const { file, asked } = workerData as { readonly file: string; readonly asked: Int32Array<SharedArrayBuffer> };
const checkpoint = new DatabaseSync(file, { timeout: 0 }).prepare("PRAGMA wal_checkpoint(PASSIVE)");

for (;;) {
  Atomics.wait(asked, 0, 0);
  checkpoint.get();
  Atomics.store(asked, 0, 0);
}
