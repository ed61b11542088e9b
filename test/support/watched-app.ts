/** An ordinary XState application, told of by the real `@statelyai/inspect`, and the frames that it sends. */
import { createInspector } from "@statelyai/inspect";
import { type AnyStateMachine, createActor, fromPromise, sendParent, sendTo, setup } from "xstate";

const lamp = setup({}).createMachine({
  id: "lamp",
  initial: "red",
  context: { turns: 0 },
  states: {
    red: { on: { turn: "green" } },
    green: { on: { turn: { target: "red", actions: sendParent({ type: "cycled" }) } } },
  },
});

export const crossing = setup({
  actors: {
    lamp,
    survey: fromPromise(async () => "quiet"),
  },
  guards: { isBusy: () => true },
}).createMachine({
  id: "crossing",
  context: { cars: 0 },
  invoke: { id: "north", src: "lamp" },
  initial: "idle",
  states: {
    idle: { on: { open: "busy" } },
    busy: {
      entry: sendTo("north", { type: "turn" }),
      always: { guard: "isBusy", target: "#crossing.live" },
    },
    live: {
      type: "parallel",
      states: {
        cars: { initial: "few", states: { few: { on: { cycled: "many" } }, many: {} } },
        watch: {
          initial: "asking",
          states: {
            asking: { invoke: { src: "survey", onDone: "calm" } },
            calm: { on: { turn: { actions: sendTo("north", { type: "turn" }) } } },
          },
        },
      },
      on: { close: "closed" },
    },
    closed: { type: "final" },
  },
});

/** What is sent while the events are sent to an actor of the machine, one after the other. */
export async function framesOf(machine: AnyStateMachine, events: readonly string[]): Promise<readonly string[]> {
  const frames: string[] = [];
  const { inspect } = createInspector({ send: (event) => void frames.push(JSON.stringify(event)) });
  const actor = createActor(machine, { inspect });
  actor.start();
  for (const type of events) {
    await told();
    actor.send({ type });
  }
  await told();
  return frames;
}

/** The inspector tells each thing in a task of its own. */
const told = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 1));
};
