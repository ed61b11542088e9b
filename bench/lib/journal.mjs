/** Journal: the plainest append-only record on node:sqlite, for the floors. WAL, synchronous=NORMAL, a commit an append. */
import { DatabaseSync } from "node:sqlite";

export class Journal {
  #db;
  #insert;
  #select;

  constructor(file, sync = "NORMAL") {
    this.#db = new DatabaseSync(file);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sync};
      CREATE TABLE IF NOT EXISTS events(run TEXT, seq INTEGER, kind TEXT, body TEXT, PRIMARY KEY(run, seq)) WITHOUT ROWID`);
    this.#insert = this.#db.prepare("INSERT INTO events VALUES (?, ?, ?, ?)");
    this.#select = this.#db.prepare("SELECT seq, kind, body FROM events WHERE run = ? ORDER BY seq");
  }

  append(run, seq, kind, value) {
    this.#insert.run(run, seq, kind, JSON.stringify(value));
  }

  read(run) {
    return this.#select.all(run).map(({ seq, kind, body }) => ({ seq, kind, value: JSON.parse(body) }));
  }

  close() {
    this.#db.close();
  }
}
