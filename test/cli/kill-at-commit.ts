/**
 * Loaded before the command: ends the process, as `kill -9` does, before or after its n-th commit to the journal. It
 * counts at the border between Node and SQLite, so that nothing of the command knows of it.
 */
import { writeFileSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

const at = Number(process.env["KILL_AT"] ?? 0);
const when = process.env["KILL_WHEN"];
const tally = process.env["COMMITS_FILE"];
let commits = 0;

const prepare = DatabaseSync.prototype.prepare;
DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string) {
  const statement = prepare.call(this, sql);
  const isCommit = sql === "COMMIT";
  if (!isCommit && !sql.startsWith("INSERT INTO journal")) return statement;
  for (const name of ["run", "get"] as const) {
    const act = statement[name].bind(statement) as (...values: SQLInputValue[]) => unknown;
    statement[name] = ((...values: SQLInputValue[]) => {
      // An entry that is written outside of a transaction is a commit of its own.
      if (!isCommit && this.isTransaction) return act(...values);
      commits += 1;
      if (commits === at && when === "before") process.kill(process.pid, "SIGKILL");
      const result = act(...values);
      if (commits === at && when === "after") process.kill(process.pid, "SIGKILL");
      return result;
    }) as never;
  }
  return statement;
};

process.on("exit", () => {
  if (tally !== undefined) writeFileSync(tally, String(commits));
});
