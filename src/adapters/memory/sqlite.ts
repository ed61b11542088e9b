/** Memory in a SQLite file, found by full-text search. */
import { randomUUID } from "node:crypto";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { messageOf, RuntimeError } from "../../contracts/errors.ts";
import type { Memory, MemoryPort, MemoryQuery, NewMemory, Retention } from "../../contracts/memory.ts";
import type { Timestamp } from "../../contracts/units.ts";

export interface SqliteMemoryOptions {
  /** Of each scope that has none of its own. Default: everything is kept. */
  readonly retention?: Retention;
  /** Of scopes by name. */
  readonly scopes?: { readonly [scope: string]: Retention };
  /** Default: the machine's time. */
  readonly now?: () => Timestamp;
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA busy_timeout = 5000;
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS memory (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, scope TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,
    tags TEXT NOT NULL, run TEXT NOT NULL, agent TEXT NOT NULL, task TEXT NOT NULL, at INTEGER NOT NULL,
    UNIQUE (scope, key)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS memory_age ON memory (scope, at);
  CREATE VIRTUAL TABLE IF NOT EXISTS memory_words USING fts5 (
    text, tags, content = 'memory', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2'
  );
  INSERT INTO memory_words (memory_words, rank) VALUES ('secure-delete', 1);
  CREATE TRIGGER IF NOT EXISTS memory_added AFTER INSERT ON memory BEGIN
    INSERT INTO memory_words (rowid, text, tags) VALUES (new.seq, new.text, new.tags);
  END;
  CREATE TRIGGER IF NOT EXISTS memory_gone AFTER DELETE ON memory BEGIN
    INSERT INTO memory_words (memory_words, rowid, text, tags) VALUES ('delete', old.seq, old.text, old.tags);
  END;`;

const FIELDS = "m.id, m.scope, m.text, m.tags, m.run, m.agent, m.task, m.at";

interface Row {
  readonly id: string;
  readonly scope: string;
  readonly text: string;
  readonly tags: string;
  readonly run: string;
  readonly agent: string;
  readonly task: string;
  readonly at: number;
}

/**
 * Memory across runs, in one file.
 *
 * @throws RuntimeError `store.failed` when the file cannot be opened.
 */
export function sqliteMemory(file: string, options: SqliteMemoryOptions = {}): MemoryPort {
  const db = opened(file);
  const { now = Date.now } = options;
  const keeps = (scope: string): Retention => options.scopes?.[scope] ?? options.retention ?? {};
  const all = (sql: string, ...values: SQLInputValue[]): readonly Row[] =>
    db.prepare(sql).all(...values) as unknown as readonly Row[];
  const oldest = ({ maxAgeMs }: Retention): Timestamp => (maxAgeMs === undefined ? 0 : now() - maxAgeMs);

  /** Forgets what is beyond what the scope keeps (E3). */
  const prune = (scope: string): void => {
    const kept = keeps(scope);
    db.prepare("DELETE FROM memory WHERE scope = ? AND at < ?").run(scope, oldest(kept));
    if (kept.maxCount === undefined) return;
    db.prepare(
      "DELETE FROM memory WHERE scope = ?1 AND seq NOT IN (SELECT seq FROM memory WHERE scope = ?1 ORDER BY seq DESC LIMIT ?2)",
    ).run(scope, kept.maxCount);
  };

  const add = ({ scope, text, tags = [], by: { run, agent, task }, key }: NewMemory): Memory => {
    db.prepare(
      "INSERT INTO memory (id, scope, key, text, tags, run, agent, task, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    ).run(randomUUID(), scope, key, text, JSON.stringify(tags), run, agent, task, now());
    const [row] = all(`SELECT ${FIELDS} FROM memory m WHERE scope = ? AND key = ?`, scope, key);
    prune(scope);
    return memoryOf(row as Row);
  };

  const find = ({ scope, words, limit = 10 }: MemoryQuery): readonly Memory[] => {
    const since = oldest(keeps(scope));
    const query = queryOf(words);
    const rows =
      query === ""
        ? all(
            `SELECT ${FIELDS} FROM memory m WHERE scope = ? AND at >= ? ORDER BY seq DESC LIMIT ?`,
            scope,
            since,
            limit,
          )
        : all(
            `SELECT ${FIELDS} FROM memory_words w JOIN memory m ON m.seq = w.rowid
             WHERE memory_words MATCH ? AND m.scope = ? AND m.at >= ? ORDER BY w.rank, m.seq DESC LIMIT ?`,
            query,
            scope,
            since,
            limit,
          );
    return rows.map(memoryOf);
  };

  const erase = (scope: string, id: string | undefined): number => {
    const { changes } =
      id === undefined
        ? db.prepare("DELETE FROM memory WHERE scope = ?").run(scope)
        : db.prepare("DELETE FROM memory WHERE scope = ? AND id = ?").run(scope, id);
    return Number(changes);
  };

  return {
    remember: async (memory) => guarded(() => within(db, () => add(memory))),
    recall: async (query) => guarded(() => find(query)),
    forget: async ({ scope, id }) =>
      guarded(() => {
        const gone = within(db, () => erase(scope, id));
        // What the log of writes still has of it goes too (E4).
        db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        return gone;
      }),
    close: async () => db.close(),
  };
}

function opened(file: string): DatabaseSync {
  return guarded(() => {
    const db = new DatabaseSync(file);
    db.exec(SCHEMA);
    return db;
  });
}

function within<Result>(db: DatabaseSync, act: () => Result): Result {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = act();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

function guarded<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw new RuntimeError("store.failed", `the memory failed: ${messageOf(error)}`, { cause: error });
  }
}

/** Any of the words, each as it stands: nothing in them is an operator. */
const queryOf = (words: string): string =>
  [...words.matchAll(/[\p{L}\p{N}]+/gu)]
    .slice(0, 32)
    .map(([word]) => `"${word}"`)
    .join(" OR ");

const memoryOf = ({ id, scope, text, tags, run, agent, task, at }: Row): Memory => {
  const known = JSON.parse(tags) as readonly string[];
  return { id, scope, text, ...(known.length === 0 ? {} : { tags: known }), by: { run, agent, task }, at };
};
