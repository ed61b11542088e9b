/**
 * DBOS on a PostgreSQL cluster of our own, with its stock settings (`durable`) or synchronous_commit off (`relaxed`).
 * Each model and tool call is a step of a workflow; tasks are child workflows, 64 at a time.
 *
 * Needs PostgreSQL: its programs are found through `pg_config --bindir`, or BENCH_PG_BIN. They refuse to run as root, and
 * are then run as user `postgres`.
 */
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "../lib/peers.mjs";

const ROOT = join(tmpdir(), "bench-postgres");
const PORT = "28543";

let DBOS;
let pg;

export const adapter = {
  workloads: {
    W1: ["durable", "relaxed"],
    W2: ["durable"],
    W3: ["durable"],
    W4: ["durable"],
    W5: ["durable"],
  },
  maxSize: { W1: { durable: 1_000, relaxed: 1_000 } },
  service: {
    async start({ mode }) {
      cluster();
      const name = `bench_${process.pid}_${Date.now()}`;
      psql(`CREATE DATABASE ${name}`);
      if (mode === "relaxed") psql(`ALTER DATABASE ${name} SET synchronous_commit = off`);
      const [pid] = readFileSync(join(ROOT, "data/postmaster.pid"), "utf8").split("\n");
      return {
        info: { name, pids: [Number(pid)] },
        calm: async () => void psql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`),
        stop: async () => void psql(`DROP DATABASE ${name} WITH (FORCE)`),
      };
    },
  },
  async load() {
    ({ DBOS } = await load("dbos", "@dbos-inc/dbos-sdk"));
    ({ default: pg } = await load("dbos", "pg"));
  },
  async open({ world, service }) {
    const url = `postgresql://postgres@127.0.0.1:${PORT}/${service.name}`;
    DBOS.setConfig({
      name: "bench",
      systemDatabaseUrl: url,
      logLevel: "error",
      executorID: "local",
      applicationVersion: "1",
      systemDatabasePoolSize: 20,
    });
    const paused = new Map();
    const handles = new Map();
    const { agent, supervisor } = workflows(world, paused);
    await DBOS.launch();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const figure = async (sql) => Number((await client.query(`SELECT ${sql} AS n`)).rows[0].n);
    const start = (id) => DBOS.startWorkflow(agent, { workflowID: id })(id);
    return {
      run: async ({ id }) => done(await (await start(id)).getResult()),
      async fanOut({ id, tasks, concurrency }) {
        return (await DBOS.startWorkflow(supervisor, { workflowID: id })(id, tasks, concurrency)).getResult();
      },
      async runUntilPause({ id }) {
        const { promise, resolve } = Promise.withResolvers();
        paused.set(id, resolve);
        handles.set(id, await start(id));
        await promise;
        paused.delete(id);
      },
      async resume({ id }) {
        await DBOS.send(id, "yes", "approve");
        done(await (handles.get(id) ?? DBOS.retrieveWorkflow(id)).getResult());
      },
      recover: async ({ id }) => done(await DBOS.retrieveWorkflow(id).getResult()),
      writtenBytes: () => figure("pg_current_wal_insert_lsn() - '0/0'::pg_lsn"),
      async storedBytes() {
        await client.query("CHECKPOINT");
        return figure("pg_database_size(current_database())");
      },
    };
  },
};

function workflows(world, paused) {
  const step = (name, act) => DBOS.runStep(async () => act(), { name });
  const agent = DBOS.registerWorkflow(
    async (key) => {
      const messages = [{ role: "user", content: "go" }];
      let last;
      for (;;) {
        const move = await step("model", () => world.decide(last));
        messages.push({ role: "assistant", content: move.text });
        if (move.final) return move.text;
        if (move.tool === "ask") {
          paused.get(key)?.();
          await DBOS.recv("approve", 1e6);
        }
        last = await step(move.tool, () => (move.tool === "ask" ? world.answer(move.i) : world.work(move.i)));
        messages.push({ role: "tool", content: last });
      }
    },
    { name: "agent" },
  );
  const supervisor = DBOS.registerWorkflow(
    async (id, tasks, concurrency) => {
      const plan = await step("plan", () => tasks);
      let count = 0;
      for (let from = 0; from < plan; from += concurrency) {
        const handles = [];
        for (let task = from; task < Math.min(plan, from + concurrency); task++) {
          handles.push(await DBOS.startWorkflow(agent, { workflowID: `${id}/${task}` })(`${id}/${task}`));
        }
        for (const handle of handles) if ((await handle.getResult()) === "done") count++;
      }
      return count;
    },
    { name: "supervisor" },
  );
  return { agent, supervisor };
}

function done(result) {
  if (result !== "done") throw new Error(`not done: ${result}`);
}

// The cluster.

function postgres(program, ...args) {
  const bin = process.env.BENCH_PG_BIN ?? execFileSync("pg_config", ["--bindir"], { encoding: "utf8" }).trim();
  const command = [join(bin, program), ...args];
  const [first, ...rest] = isRoot() ? ["runuser", "-u", "postgres", "--", ...command] : command;
  // A server started here must not hold on to a pipe of ours.
  const stdio = program === "pg_ctl" ? "ignore" : ["ignore", "pipe", "pipe"];
  return execFileSync(first, rest, { cwd: tmpdir(), encoding: "utf8", stdio });
}

const isRoot = () => process.getuid?.() === 0;

const psql = (sql) => postgres("psql", "-h", ROOT, "-p", PORT, "-U", "postgres", "-qAtX", "-c", sql, "postgres");

function cluster() {
  const data = join(ROOT, "data");
  if (!existsSync(join(data, "PG_VERSION"))) {
    mkdirSync(ROOT, { recursive: true });
    if (isRoot()) {
      const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
      chownSync(ROOT, id("-u"), id("-g"));
    }
    postgres("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-instructions");
  }
  try {
    psql("SELECT 1");
  } catch {
    const options = `-k ${ROOT} -p ${PORT} -c listen_addresses=127.0.0.1`;
    postgres("pg_ctl", "-D", data, "-w", "-l", join(ROOT, "log"), "-o", options, "start");
  }
}
