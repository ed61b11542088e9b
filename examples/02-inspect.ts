/** Every actor of a run, seen through `@statelyai/inspect`. Swap the adapter for a browser window or a WebSocket. */
import { setTimeout as pause } from "node:timers/promises";
import { createInspector, type StatelyInspectionEvent } from "@statelyai/inspect";
import { createOrchestrator, defineAgent, defineTool } from "bailiwick";

const seen: StatelyInspectionEvent[] = [];
const inspector = createInspector({ send: (event) => void seen.push(event) });

const greet = defineTool({ name: "greet", effect: "read", run: (name: string) => `Hello, ${name}!` });
const host = defineAgent({ name: "host", tools: [greet], run: ({ objective }, { tool }) => tool("greet", objective) });

const orchestrator = createOrchestrator({
  name: "party",
  agents: { host },
  planner: { tasks: [{ id: "welcome", agent: "host" }], output: "welcome" },
  inspect: (event) => inspector.inspect.next?.(event),
});

const run = await orchestrator.start({ objective: "Ada" });
console.log((await run.result).output);
await orchestrator.stop();

// The inspector tells its adapter a moment later, each event in a task of its own.
await pause(50);

for (const actor of seen) {
  if (actor.type !== "@xstate.actor") continue;
  const states = seen.flatMap((event) =>
    event.type === "@xstate.snapshot" && event.sessionId === actor.sessionId
      ? [JSON.stringify((event.snapshot as { readonly value?: unknown }).value)]
      : [],
  );
  console.log(actor.name, [...new Set(states)].join(" → "));
}
