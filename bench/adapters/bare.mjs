/**
 * Bare: the physical limit. A loop of promises (`memory`), and the same loop with an append for each answer (`sqlite`:
 * WAL, NORMAL, safe from a killed process; `sqlite-full`: an fsync for each append, safe from a power failure).
 */
import { join } from "node:path";
import { Journal } from "../lib/journal.mjs";
import { pool } from "../lib/world.mjs";

const durable = ["sqlite", "sqlite-full"];

export const adapter = {
  workloads: {
    W1: ["memory", ...durable],
    W2: ["memory", ...durable],
    W3: ["memory", "sqlite"],
    W4: ["sqlite"],
    W5: ["memory", "sqlite"],
  },
  load: async () => {},
  async open({ mode, dir, world }) {
    const journal =
      mode === "memory" ? undefined : new Journal(join(dir, "bare.db"), mode === "sqlite" ? "NORMAL" : "FULL");
    const waiting = new Map();
    const loop = (id, ask, record) => new Loop({ id, journal, world, ask }).run(record);
    return {
      run: ({ id }) => loop(id),
      async fanOut({ id, tasks, concurrency }) {
        journal?.append(id, 0, "m", { plan: tasks });
        let done = 0;
        await pool(tasks, concurrency, async (task) => {
          if ((await loop(`${id}/${task}`)) === "done") done++;
        });
        return done;
      },
      // In memory the loop waits on a promise; with a journal it ends, and the journal is the run.
      async runUntilPause({ id }) {
        if (journal !== undefined) return loop(id, () => undefined);
        await new Promise((paused) => {
          const ask = (i) =>
            new Promise((answer) => {
              waiting.set(id, () => answer(world.answer(i)));
              paused();
            });
          waiting.set(`${id}/end`, loop(id, ask));
        });
      },
      async resume({ id }) {
        if (journal !== undefined) return loop(id, (i) => world.answer(i), journal.read(id));
        waiting.get(id)();
        await waiting.get(`${id}/end`);
      },
      recover: ({ id }) => loop(id, undefined, journal.read(id)),
      close: () => journal?.close(),
    };
  },
};

class Loop {
  #ports;
  #seq = 0;
  #messages = [{ role: "user", content: "go" }];

  constructor(ports) {
    this.#ports = ports;
  }

  /** Goes on from what is on record; undefined when a person has to answer first. */
  async run(record = []) {
    const { world, ask } = this.#ports;
    let { last, pending } = this.#recall(record);
    for (;;) {
      if (pending === undefined) {
        const move = await this.#said(world.decide(last));
        if (move.final) return move.text;
        pending = { tool: move.tool, i: move.i };
      }
      const content = await (pending.tool === "ask" ? ask(pending.i) : this.#work(pending.i));
      if (content === undefined) return undefined;
      this.#keep("t", { role: "tool", content });
      last = content;
      pending = undefined;
    }
  }

  async #said(move) {
    this.#keep("m", {
      role: "assistant",
      content: move.text,
      call: move.final ? undefined : { tool: move.tool, i: move.i },
    });
    return move;
  }

  async #work(i) {
    return this.#ports.world.work(i);
  }

  #keep(kind, message) {
    this.#messages.push(message);
    this.#ports.journal?.append(this.#ports.id, this.#seq++, kind, message);
  }

  #recall(record) {
    let last;
    let pending;
    for (const { seq, kind, value } of record) {
      this.#seq = seq + 1;
      this.#messages.push(value);
      if (kind === "t") last = value.content;
      pending = kind === "t" ? undefined : value.call;
    }
    return { last, pending };
  }
}
