/**
 * Plain XState 5 actors, ungoverned: what a statechart costs. Model and tool are invoked promises; history is kept in
 * context (`memory`), or each answer is appended to a journal before the next step (`journal`: WAL, NORMAL).
 */
import { join } from "node:path";
import { Journal } from "../lib/journal.mjs";

let xstate;

export const adapter = {
  workloads: {
    W1: ["memory", "journal"],
    W2: ["memory", "journal"],
    W3: ["memory", "journal"],
    W4: ["journal"],
    W5: ["memory", "journal"],
  },
  async load() {
    xstate = await import("xstate");
  },
  async open({ mode, dir, world }) {
    const { createActor, waitFor, toPromise } = xstate;
    const journal = mode === "journal" ? new Journal(join(dir, "xstate.db")) : undefined;
    const { agent, supervisor } = build(world, (id, n, kind, value) => journal?.append(id, n, kind, value));
    const waiting = new Map();
    const start = (input) => createActor(agent, { input }).start();
    const restore = (id) => start({ id, ...recall(journal.read(id)) });
    return {
      run: ({ id }) => toPromise(start({ id })),
      fanOut: ({ id, tasks, concurrency }) =>
        toPromise(createActor(supervisor, { input: { id, tasks, concurrency } }).start()),
      async runUntilPause({ id }) {
        const actor = start({ id });
        await waitFor(actor, (snapshot) => snapshot.value === "waiting");
        if (journal === undefined) waiting.set(id, actor);
        else actor.stop();
      },
      async resume({ id }) {
        const actor = waiting.get(id) ?? restore(id);
        actor.send({ type: "answer", content: world.answer(actor.getSnapshot().context.move.i) });
        await toPromise(actor);
      },
      recover: ({ id }) => toPromise(restore(id)),
      close: () => journal?.close(),
    };
  },
};

const FIRST = { role: "user", content: "go" };

function recall(record) {
  const messages = [FIRST, ...record.map(({ value }) => value)];
  const last = record.findLast(({ kind }) => kind === "t")?.value.content;
  const newest = record.at(-1);
  return { messages, last, move: newest?.kind === "m" ? newest.value.move : undefined };
}

function build(world, record) {
  const { assign, enqueueActions, fromPromise, setup } = xstate;
  const wants =
    (tool) =>
    ({ event }) =>
      event.output.move.tool === tool;
  const keepMove = assign({
    messages: ({ context, event }) => [...context.messages, event.output],
    move: ({ event }) => event.output.move,
  });
  const keepResult = assign({
    messages: ({ context, event }) => [...context.messages, { role: "tool", content: event.output ?? event.content }],
    last: ({ event }) => event.output ?? event.content,
    move: undefined,
  });
  const place = ({ context }) => ({
    id: context.id,
    n: context.messages.length,
    last: context.last,
    i: context.move?.i,
  });
  const agent = setup({
    actors: {
      model: fromPromise(async ({ input: { id, n, last } }) => {
        const move = world.decide(last);
        const said = { role: "assistant", content: move.text, move };
        record(id, n, "m", said);
        return said;
      }),
      work: fromPromise(async ({ input: { id, n, i } }) => {
        const content = world.work(i);
        record(id, n, "t", { role: "tool", content });
        return content;
      }),
    },
  }).createMachine({
    id: "agent",
    context: ({ input }) => ({ messages: [FIRST], last: undefined, move: undefined, ...input }),
    initial: "boot",
    states: {
      // A run read back from its journal enters where it stood.
      boot: {
        always: [
          { guard: ({ context }) => context.move?.tool === "work", target: "acting" },
          { guard: ({ context }) => context.move?.tool === "ask", target: "waiting" },
          { target: "thinking" },
        ],
      },
      thinking: {
        invoke: {
          src: "model",
          input: place,
          onDone: [
            { guard: wants("work"), target: "acting", actions: keepMove },
            { guard: wants("ask"), target: "waiting", actions: keepMove },
            { target: "done", actions: keepMove },
          ],
        },
      },
      acting: { invoke: { src: "work", input: place, onDone: { target: "thinking", actions: keepResult } } },
      waiting: { on: { answer: { target: "thinking", actions: keepResult } } },
      done: { type: "final" },
    },
    output: ({ context }) => context.messages.at(-1).content,
  });

  const spawn = ({ context, enqueue }, k) =>
    enqueue.spawnChild("agent", { id: `t${k}`, input: { id: `${context.id}/${k}` } });
  const supervisor = setup({ actors: { agent } }).createMachine({
    context: ({ input }) => ({ ...input, next: 0, done: 0 }),
    entry: enqueueActions((args) => {
      const first = Math.min(args.context.concurrency, args.context.tasks);
      for (let k = 0; k < first; k++) spawn(args, k);
      args.enqueue.assign({ next: first });
    }),
    initial: "fanning",
    states: {
      fanning: {
        always: { guard: ({ context }) => context.done === context.tasks, target: "done" },
        on: {
          "xstate.done.actor.*": {
            actions: enqueueActions((args) => {
              const { context, event, enqueue } = args;
              enqueue.stopChild(event.actorId);
              if (context.next < context.tasks) spawn(args, context.next);
              enqueue.assign({ done: context.done + (event.output === "done" ? 1 : 0), next: context.next + 1 });
            }),
          },
        },
      },
      done: { type: "final" },
    },
    output: ({ context }) => context.done,
  });
  return { agent, supervisor };
}
