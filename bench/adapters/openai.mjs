/**
 * OpenAI Agents SDK with a model of ours, tracing off. `memory`: nothing is stored. `session`: a Session over SQLite; the
 * SDK hands it the items of a run when the run ends. `state`: at a pause, RunState as text into SQLite, as its guide says.
 */

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { load } from "../lib/peers.mjs";
import { pool } from "../lib/world.mjs";

let sdk;
let z;

export const adapter = {
  workloads: { W1: ["memory", "session"], W2: ["memory"], W3: ["memory", "state"], W4: ["session"], W5: ["memory"] },
  // A turn costs more the longer the run is.
  maxSize: { W1: { memory: 1_000, session: 1_000 } },
  async load() {
    sdk = await load("openai", "@openai/agents");
    ({ z } = await load("openai", "zod"));
  },
  async open({ mode, dir, world }) {
    sdk.setTracingDisabled(true);
    const db = mode === "memory" ? undefined : open(join(dir, "openai.db"));
    const agent = agentOf(world);
    const supervisor = new sdk.Agent({ name: "supervisor", instructions: "plan", model: modelOf(() => FINAL) });
    const runner = new sdk.Runner({ tracingDisabled: true });
    const waiting = new Map();
    const session = (id) => (mode === "session" ? new SqliteSession(db, id) : undefined);
    const go = (id, steps, input = "go") => runner.run(agent, input, { maxTurns: steps + 5, session: session(id) });
    return {
      run: async ({ id, steps }) => done(await go(id, steps)),
      async fanOut({ id, tasks, steps, concurrency }) {
        await runner.run(supervisor, `plan ${tasks}`);
        let count = 0;
        await pool(tasks, concurrency, async (task) => {
          done(await go(`${id}/${task}`, steps));
          count++;
        });
        await runner.run(supervisor, "join");
        return count;
      },
      async runUntilPause({ id, steps }) {
        const { interruptions, state } = await go(id, steps);
        if (interruptions.length !== 1) throw new Error("not paused");
        if (mode === "memory") waiting.set(id, state);
        else db.prepare("INSERT INTO states VALUES (?, ?)").run(id, state.toString());
      },
      async resume({ id }) {
        const stored = () => db.prepare("SELECT body FROM states WHERE run = ?").get(id).body;
        const state = waiting.get(id) ?? (await sdk.RunState.fromString(agent, stored()));
        state.approve(state.getInterruptions()[0]);
        done(await runner.run(agent, state));
      },
      // All the SDK has after a crash is the session: the same run again, on top of what that holds.
      recover: async ({ id, steps }) => done(await go(id, steps, [])),
      close: () => db?.close(),
    };
  },
};

const FINAL = { final: true, text: "plan" };

function modelOf(decide) {
  return {
    async getResponse({ input }) {
      const newest = Array.isArray(input) ? input.at(-1) : undefined;
      const move = decide(newest?.type === "function_call_result" ? textOf(newest.output) : undefined);
      return { usage: new sdk.Usage({ inputTokens: 1, outputTokens: 1, totalTokens: 2 }), output: outputOf(move) };
    },
    // biome-ignore lint/correctness/useYield: the interface asks for it; nothing here streams
    async *getStreamedResponse() {
      throw new Error("not streamed");
    },
  };
}

const textOf = (output) => (typeof output === "string" ? output : output.text);

function outputOf({ final, text, tool, i }) {
  const said = {
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text }],
  };
  if (final) return [said];
  const call = {
    type: "function_call",
    callId: `c${i}${tool}`,
    name: tool,
    arguments: JSON.stringify({ i }),
    status: "completed",
  };
  return [said, call];
}

function agentOf(world) {
  const parameters = z.object({ i: z.number() });
  const tool = (name, execute, extra = {}) => sdk.tool({ name, description: name, parameters, execute, ...extra });
  return new sdk.Agent({
    name: "agent",
    instructions: "work",
    model: modelOf((last) => world.decide(last)),
    tools: [
      tool("work", async ({ i }) => world.work(i)),
      tool("ask", async ({ i }) => world.answer(i), { needsApproval: true }),
    ],
  });
}

function open(file) {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS items(run TEXT, body TEXT);
    CREATE INDEX IF NOT EXISTS item_run ON items(run);
    CREATE TABLE IF NOT EXISTS states(run TEXT PRIMARY KEY, body TEXT)`);
  return db;
}

class SqliteSession {
  #db;
  #id;

  constructor(db, id) {
    this.#db = db;
    this.#id = id;
  }

  async getSessionId() {
    return this.#id;
  }

  async getItems(limit) {
    const rows = this.#db.prepare("SELECT body FROM items WHERE run = ? ORDER BY rowid").all(this.#id);
    const items = rows.map(({ body }) => JSON.parse(body));
    return limit === undefined ? items : items.slice(-limit);
  }

  async addItems(items) {
    const insert = this.#db.prepare("INSERT INTO items VALUES (?, ?)");
    this.#db.exec("BEGIN");
    for (const item of items) insert.run(this.#id, JSON.stringify(item));
    this.#db.exec("COMMIT");
  }

  async popItem() {
    return undefined;
  }

  async clearSession() {
    this.#db.prepare("DELETE FROM items WHERE run = ?").run(this.#id);
  }
}

function done({ finalOutput }) {
  if (finalOutput !== "done") throw new Error(`not done: ${finalOutput}`);
}
