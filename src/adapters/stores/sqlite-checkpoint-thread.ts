/** The thread of {@link checkpoints}: one checkpoint for each message, as far as no reader or writer has to wait for it. */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

const checkpoint = new DatabaseSync(String(workerData), { timeout: 0 }).prepare("PRAGMA wal_checkpoint(PASSIVE)");

parentPort?.on("message", () => {
  checkpoint.get();
  parentPort?.postMessage(null);
});
