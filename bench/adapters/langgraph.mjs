/**
 * LangGraph: a model node and a tools node over its own messages.
 *
 *   memory        no checkpointer (a run that waits: MemorySaver)
 *   sqlite        SqliteSaver, durability "sync": a checkpoint each superstep
 *   sqlite-delta  the same, storing what was added (experimental)
 *   functional    entrypoint and tasks instead of a graph, SqliteSaver, "sync"
 */
import { join } from "node:path";
import { load } from "../lib/peers.mjs";

let graphs;
let messages;

export const adapter = {
  workloads: {
    W1: ["memory", "sqlite", "sqlite-delta", "functional"],
    W2: ["memory", "sqlite"],
    W3: ["memory", "sqlite"],
    W4: ["sqlite", "sqlite-delta", "functional"],
    W5: ["memory", "sqlite"],
  },
  // Bytes and time grow with the square of the run: longer ones take hours.
  maxSize: { W1: { sqlite: 1_000, memory: 10_000 } },
  async load() {
    graphs = await load("langgraph", "@langchain/langgraph");
    messages = await load("langgraph", "@langchain/core/messages");
  },
  async open({ mode, dir, world }) {
    const { Command, MemorySaver, MessagesAnnotation } = graphs;
    const isStored = mode !== "memory";
    const checkpointer = isStored ? await saver(join(dir, "langgraph.db")) : undefined;
    const graph = mode === "functional" ? functional(world, checkpointer) : agentGraph(world, mode, checkpointer);
    const pausing = isStored ? graph : agentOf(world, MessagesAnnotation).compile({ checkpointer: new MemorySaver() });
    const config = (id, steps, extra = {}) => ({
      configurable: { thread_id: id },
      recursionLimit: steps * 2 + 20,
      ...(isStored ? { durability: "sync" } : {}),
      ...extra,
    });
    const input = () => (mode === "functional" ? "go" : { messages: [new messages.HumanMessage("go")] });
    let fan;
    return {
      run: ({ id, steps }) => graph.invoke(input(), config(id, steps)),
      async fanOut({ id, tasks, steps, concurrency }) {
        fan ??= fanGraph(world, checkpointer);
        const out = await fan.invoke({ tasks }, config(id, steps, { maxConcurrency: concurrency }));
        return out.results.filter((result) => result === "done").length;
      },
      async runUntilPause({ id, steps }) {
        const out = await pausing.invoke(input(), config(id, steps));
        if (!out.__interrupt__?.length) throw new Error("not paused");
      },
      async resume({ id }) {
        const out = await pausing.invoke(new Command({ resume: "yes" }), config(id, 10));
        if (out.messages.at(-1).content !== "done") throw new Error("not resumed");
      },
      recover: ({ id, steps }) => graph.invoke(null, config(id, steps)),
      close: () => checkpointer?.db.close(),
    };
  },
};

async function saver(file) {
  const { SqliteSaver } = await load("langgraph", "@langchain/langgraph-checkpoint-sqlite");
  return SqliteSaver.fromConnString(file);
}

/** The graph without its checkpointer. */
function agentOf(world, state) {
  const { StateGraph, START, END, interrupt } = graphs;
  const { AIMessage, ToolMessage } = messages;
  const model = async ({ messages: all }) => {
    const newest = all.at(-1);
    const move = world.decide(newest?.getType() === "tool" ? newest.content : undefined);
    const call = { name: move.tool, args: { i: move.i }, id: `c${move.i}${move.tool}`, type: "tool_call" };
    return { messages: [new AIMessage({ content: move.text, tool_calls: move.final ? [] : [call] })] };
  };
  const tools = async ({ messages: all }) => {
    const { id, name, args } = all.at(-1).tool_calls[0];
    if (name === "ask") interrupt({ question: "go on?" });
    const content = name === "ask" ? world.answer(args.i) : world.work(args.i);
    return { messages: [new ToolMessage({ content, tool_call_id: id, name })] };
  };
  return new StateGraph(state)
    .addNode("model", model)
    .addNode("tools", tools)
    .addEdge(START, "model")
    .addConditionalEdges("model", (now) => (now.messages.at(-1).tool_calls?.length ? "tools" : END), ["tools", END])
    .addEdge("tools", "model");
}

function agentGraph(world, mode, checkpointer) {
  const { MessagesAnnotation, MessagesDeltaValue, StateSchema } = graphs;
  const state = mode === "sqlite-delta" ? new StateSchema({ messages: MessagesDeltaValue }) : MessagesAnnotation;
  return agentOf(world, state).compile({ checkpointer });
}

function functional(world, checkpointer) {
  const { entrypoint, task } = graphs;
  const think = task("think", async (last) => world.decide(last));
  const act = task("act", async (i) => world.work(i));
  return entrypoint({ name: "agent", checkpointer }, async () => {
    const said = [];
    let last;
    for (;;) {
      const move = await think(last);
      said.push({ role: "assistant", content: move.text });
      if (move.final) return said.length;
      last = await act(move.i);
      said.push({ role: "tool", content: last });
    }
  });
}

/** The outer graph is checkpointed where there is a checkpointer; the workers are not, which is the cheaper way. */
function fanGraph(world, checkpointer) {
  const { Annotation, END, MessagesAnnotation, Send, START, StateGraph } = graphs;
  const worker = agentOf(world, MessagesAnnotation).compile();
  const state = Annotation.Root({
    tasks: Annotation(),
    k: Annotation(),
    results: Annotation({ reducer: (a, b) => a.concat(b), default: () => [] }),
  });
  const work = async ({ k }, config) => {
    const out = await worker.invoke({ messages: [new messages.HumanMessage(`task ${k}`)] }, config);
    return { results: [out.messages.at(-1).content] };
  };
  return new StateGraph(state)
    .addNode("plan", async ({ tasks }) => ({ tasks }))
    .addNode("worker", work)
    .addNode("join", async () => ({}))
    .addEdge(START, "plan")
    .addConditionalEdges("plan", ({ tasks }) => Array.from({ length: tasks }, (_, k) => new Send("worker", { k })), [
      "worker",
    ])
    .addEdge("worker", "join")
    .addEdge("join", END)
    .compile({ checkpointer });
}
