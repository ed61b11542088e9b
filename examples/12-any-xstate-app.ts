/**
 * An ordinary XState application, seen in Bailiwick's page: its chart, its actors, and what they say to each other. It
 * knows nothing of Bailiwick but an address. With `--stay` it goes on, and the page can be opened.
 */
import { setTimeout as pause } from "node:timers/promises";
import { createWebSocketInspector } from "@statelyai/inspect";
import { watchApplications } from "bailiwick";
import { serve } from "bailiwick/http";
import { assign, createActor, fromPromise, sendParent, sendTo, setup } from "xstate";

// ── The application ──────────────────────────────────────────────────────────────────────────────────────────────────

const staying = process.argv.includes("--stay");
/** A second of the crossing. */
const SECOND = staying ? 1_000 : 10;

const trafficLight = setup({
  delays: { go: 3 * SECOND, clear: SECOND },
}).createMachine({
  id: "traffic-light",
  initial: "red",
  states: {
    red: { on: { "light.turn": { target: "green" } } },
    green: { after: { go: { target: "amber" } } },
    amber: { after: { clear: { target: "red", actions: sendParent({ type: "light.red" }) } } },
  },
});

const crossing = setup({
  types: { context: {} as { waiting: number; served: number } },
  actors: { trafficLight, countCars: fromPromise(async () => ({ cars: 3 })) },
  actions: {
    release: sendTo("cars", { type: "light.turn" }),
    walk: sendTo("walkers", { type: "light.turn" }),
    queue: assign({ waiting: ({ context }) => context.waiting + 1 }),
    serve: assign({ waiting: 0, served: ({ context }) => context.served + context.waiting }),
  },
  guards: { isSomebodyWaiting: ({ context }) => context.waiting > 0 },
}).createMachine({
  id: "crossing",
  context: { waiting: 0, served: 0 },
  invoke: [
    { id: "cars", src: "trafficLight" },
    { id: "walkers", src: "trafficLight" },
  ],
  type: "parallel",
  states: {
    lights: {
      initial: "counting",
      states: {
        counting: { invoke: { id: "counter", src: "countCars", onDone: { target: "driving" } } },
        driving: { entry: "release", on: { "light.red": { target: "deciding" } } },
        deciding: { always: [{ guard: "isSomebodyWaiting", target: "walking" }, { target: "driving" }] },
        walking: { entry: ["walk", "serve"], on: { "light.red": { target: "driving" } } },
      },
    },
    button: {
      initial: "dark",
      states: {
        dark: { on: { "button.press": { target: "lit", actions: "queue" } } },
        lit: { on: { "button.press": { actions: "queue" }, "light.red": { target: "dark" } } },
      },
    },
  },
});

// ── The page, and the one line that joins the two ────────────────────────────────────────────────────────────────────

const watched = watchApplications();
const served = await serve(watched);
const inspector = createWebSocketInspector({ url: served.feedUrl ?? "" });
const actor = createActor(crossing, { inspect: inspector.inspect }).start();

if (staying) console.log(`open ${served.openUrl()}`);
do {
  await pause(2 * SECOND);
  actor.send({ type: "button.press" });
  await pause(10 * SECOND);
} while (staying);

actor.stop();
await pause(50);
for (const { run, name, objective } of await watched.inspection.runs({})) {
  console.log(objective);
  const { rows } = await watched.inspection.rows(run, { from: 1, limit: 11 });
  for (const { summary } of rows) console.log(`  ${summary}`);
  const { states, edges } = await watched.inspection.chart(run, name);
  console.log(`  the chart of ${name}: ${states.length} states, ${edges.length} transitions`);
}
inspector.stop();
await served.close();
