/**
 * AI SDK (`ai`): ToolLoopAgent over its own mock model. It stores nothing (`memory`); `user` adds the ten lines a user
 * would write: each step's new messages are appended to SQLite, and handed back after a crash.
 */

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { load } from "../lib/peers.mjs";
import { pool } from "../lib/world.mjs";

let ai;
let mocks;
let z;

const FIRST = [{ role: "user", content: "go" }];

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
};

const callOf = ({ tool, i }) => ({
  type: "tool-call",
  toolCallId: `c${i}${tool}`,
  toolName: tool,
  input: JSON.stringify({ i }),
});

const answerOf = (move) => ({
  content: [{ type: "text", text: move.text }, ...(move.final ? [] : [callOf(move)])],
  finishReason: { unified: move.final ? "stop" : "tool-calls", raw: undefined },
  usage,
  warnings: [],
});

export const adapter = {
  workloads: { W1: ["memory", "user"], W2: ["memory"], W3: ["memory", "user"], W4: ["user"], W5: ["memory"] },
  async load() {
    ai = await load("aisdk", "ai");
    mocks = await load("aisdk", "ai/test");
    ({ z } = await load("aisdk", "zod"));
  },
  async open({ mode, dir, world }) {
    const messages = mode === "user" ? messageStore(join(dir, "aisdk.db")) : undefined;
    const agentFor = agentsOf(world);
    const waiting = new Map();
    const go = (id, steps, given = FIRST) => {
      let seq = given.length;
      return agentFor(steps).generate({
        messages: given,
        onStepEnd:
          messages &&
          (({ response }) => {
            seq = messages.append(id, seq, response.messages);
          }),
      });
    };
    return {
      run: async ({ id, steps }) => done(await go(id, steps)),
      async fanOut({ id, tasks, steps, concurrency }) {
        let count = 0;
        await pool(tasks, concurrency, async (task) => {
          done(await go(`${id}/${task}`, steps));
          count++;
        });
        return count;
      },
      async runUntilPause({ id, steps }) {
        const result = await go(id, steps);
        if (requestIn(result.content) === undefined) throw new Error("not paused");
        if (mode === "memory") waiting.set(id, [...FIRST, ...result.responseMessages]);
      },
      async resume({ id }) {
        const given = waiting.get(id) ?? [...FIRST, ...messages.read(id)];
        const { approvalId } = requestIn(given.at(-1).content);
        given.push({ role: "tool", content: [{ type: "tool-approval-response", approvalId, approved: true }] });
        done(await go(id, 10, given));
      },
      recover: async ({ id, steps }) => done(await go(id, steps, [...FIRST, ...messages.read(id)])),
      close: () => messages?.close(),
    };
  },
};

function agentsOf(world) {
  const model = new mocks.MockLanguageModelV4({
    doGenerate: async ({ prompt }) => {
      const newest = prompt.at(-1);
      const part = newest.role === "tool" ? newest.content.findLast(({ type }) => type === "tool-result") : undefined;
      return answerOf(world.decide(part?.output.value));
    },
  });
  // The mock remembers every call it gets; that is the double's cost, not the SDK's.
  model.doGenerateCalls.push = () => 0;
  const inputSchema = z.object({ i: z.number() });
  const tools = {
    work: ai.tool({ inputSchema, execute: async ({ i }) => world.work(i) }),
    ask: ai.tool({ inputSchema, execute: async ({ i }) => world.answer(i) }),
  };
  const agents = new Map();
  return (steps) => {
    const stopWhen = (ai.isStepCount ?? ai.stepCountIs)(steps + 5);
    const settings = { model, instructions: "work", stopWhen, toolApproval: { ask: "user-approval" }, tools };
    if (!agents.has(steps)) agents.set(steps, new ai.ToolLoopAgent(settings));
    return agents.get(steps);
  };
}

function messageStore(file) {
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS messages(run TEXT, seq INTEGER, body TEXT, PRIMARY KEY(run, seq)) WITHOUT ROWID`);
  const insert = db.prepare("INSERT OR REPLACE INTO messages VALUES (?, ?, ?)");
  const select = db.prepare("SELECT body FROM messages WHERE run = ? ORDER BY seq");
  return {
    append(id, seq, messages) {
      db.exec("BEGIN");
      for (const [i, message] of messages.entries()) insert.run(id, seq + i, JSON.stringify(message));
      db.exec("COMMIT");
      return seq + messages.length;
    },
    read: (id) => select.all(id).map(({ body }) => JSON.parse(body)),
    close: () => db.close(),
  };
}

const requestIn = (content) => content.find(({ type }) => type === "tool-approval-request");

function done(result) {
  if (result.text !== "done") throw new Error(`not done: ${result.text}`);
}
