/**
 * Loaded before the command: ends the process, as `kill -9` does, before or after its n-th commit to the journal. It
 * counts at the border between Node and SQLite, so that nothing of the command knows of it.
 */
import { writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

const at = Number(process.env["KILL_AT"] ?? 0);
const when = process.env["KILL_WHEN"];
const tally = process.env["COMMITS_FILE"];
let commits = 0;

const prepare = DatabaseSync.prototype.prepare;
DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string) {
  const statement = prepare.call(this, sql);
  if (sql !== "COMMIT") return statement;
  const run = statement.run.bind(statement);
  statement.run = () => {
    commits += 1;
    if (commits === at && when === "before") process.kill(process.pid, "SIGKILL");
    const result = run();
    if (commits === at && when === "after") process.kill(process.pid, "SIGKILL");
    return result;
  };
  return statement;
};

process.on("exit", () => {
  if (tally !== undefined) writeFileSync(tally, String(commits));
});
