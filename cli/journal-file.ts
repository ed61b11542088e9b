/** Journal file: the one SQLite file in which the command keeps its runs. */
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createOrchestrator, defineAgent, type Orchestrator, type StorePort } from "../index.ts";
import { sqliteStore } from "../src/adapters/stores/sqlite.ts";
import { UsageError } from "./complaint.ts";
import { systemCode } from "./review/tree-error.ts";

export const DEFAULT_STORE = join(".bailiwick", "runs.db");

/** Opens it to be written, and makes its folder where there is none. */
export function openJournal(file: string): StorePort {
  const folder = dirname(resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) makeFolder(folder, file === DEFAULT_STORE);
  return sqliteStore(file);
}

function makeFolder(folder: string, isDefault: boolean): void {
  try {
    mkdirSync(folder, { recursive: true });
    // Runs are nothing to commit; a folder of our own says so itself.
    if (isDefault) writeFileSync(join(folder, ".gitignore"), "*\n");
  } catch (error) {
    const text = `the folder ${folder} cannot be made (${systemCode(error)}): give --store a file in a folder you may write`;
    throw new UsageError(text, { cause: error });
  }
}

/** Opens it only to be read: nothing is created, changed or taken over. */
export function readJournal(file: string): StorePort {
  refuseMissing(file);
  return sqliteStore(file, { readonly: true });
}

function refuseMissing(file: string): void {
  if (existsSync(file)) return;
  throw new UsageError(`there is no journal at ${file}: start a review here, or name the file with --store`);
}

/** An orchestrator that only reads. A journal is read without the agents that wrote it. */
export function reader(store: StorePort): Orchestrator {
  const nobody = defineAgent({ name: "nobody", run: () => null });
  return createOrchestrator({
    name: "reader",
    agents: { nobody },
    planner: { tasks: [{ id: "nothing", agent: "nobody" }] },
    store,
  });
}

type Use<T> = (orchestrator: Orchestrator, store: StorePort) => Promise<T>;

/** Opens, reads and closes again, whatever happens between. */
export const reading = <T>(file: string, read: Use<T>): Promise<T> => using(readJournal(file), read);

/** The same, to leave something there for whoever has its runs; none of them is taken up. */
export function writing<T>(file: string, write: Use<T>): Promise<T> {
  refuseMissing(file);
  return using(sqliteStore(file), write);
}

async function using<T>(store: StorePort, use: Use<T>): Promise<T> {
  const orchestrator = reader(store);
  try {
    return await use(orchestrator, store);
  } finally {
    await orchestrator.stop();
  }
}
