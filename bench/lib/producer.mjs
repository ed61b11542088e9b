/**
 * Producer: a run that makes entries as fast as the host can. One agent calls two tools that answer at once, over a file.
 *
 * Its journal depends on the number of steps and on nothing else: the clock stands still but for its timers, and the run
 * has a name of its own. So two runs of as many steps have the same hash, whoever watches them.
 */
const START = 1_800_000_000_000;

/** Time stands still in what is recorded; timers go off when they should. */
export const steadyClock = {
  now: () => START,
  at(due, callback, { background = false } = {}) {
    const timer = setTimeout(callback, Math.min(2 ** 31 - 1, Math.max(0, due - START)));
    if (background) timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * `load(path)` imports a module of ours. Steps are two calls, and so four entries. Start it with `start()`; `done()` says
 * how many steps are.
 */
export async function producer(load, { file, steps, clock = steadyClock, run = "run_busy" }) {
  const { defineAgent, defineTool } = await load("index");
  const { Orchestrator } = await load("actors/orchestrator");
  const { sqliteStore } = await load("src/adapters/stores/sqlite");
  const { superjsonCodec } = await load("src/adapters/codec");
  const { sha256 } = await load("src/adapters/hash");
  const text = "x".repeat(200);
  const look = defineTool({
    name: "look",
    effect: "read",
    estimate: () => ({ tokens: 500 }),
    run: ({ at }, { spent }) => {
      spent({ tokens: 100 });
      return { at, text };
    },
  });
  let done = 0;
  const work = defineTool({
    name: "work",
    effect: "idempotent",
    run: ({ at }) => {
      done++;
      return { at, text };
    },
  });
  const worker = defineAgent({
    name: "worker",
    tools: [look, work],
    async run(_, { tool }) {
      for (let step = 0; step < steps; step++) {
        await tool("look", { at: step });
        await tool("work", { at: step });
      }
      return "done";
    },
  });
  const orchestrator = new Orchestrator(
    {
      name: "busy",
      agents: { worker },
      planner: { tasks: [{ id: "work", agent: "worker" }] },
      budget: { maxTokens: 1e12, maxSteps: 1e9, maxToolCalls: 1e9 },
    },
    {
      store: sqliteStore(file),
      clock,
      holder: { self: { id: "bench", host: "here", pid: 1, boot: "boot" }, mayLive: () => false },
      sha256,
      codec: superjsonCodec(),
      newId: () => run,
      newSignalId: () => "signal",
    },
  );
  return { orchestrator, start: () => orchestrator.start({ objective: "keep busy" }), done: () => done };
}
