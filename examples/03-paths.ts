/** An agent that is a statechart, and every way through it. */
import { agentActors, type Json } from "bailiwick";
import { coverage, statePaths } from "bailiwick/testing";
import { setup } from "xstate";

const refunder = setup({
  actors: agentActors,
  guards: { isYes: (_, answer: Json) => answer === "yes" },
}).createMachine({
  initial: "asking",
  states: {
    asking: {
      invoke: {
        id: "question",
        src: "ask",
        input: { question: "Shall I refund the order?" },
        onDone: [
          { guard: { type: "isYes", params: ({ event }) => event.output }, target: "refunding" },
          { target: "kept" },
        ],
        onError: { target: "kept" },
      },
    },
    refunding: {
      invoke: {
        id: "refund",
        src: "tool",
        input: { tool: "refund", args: { order: 7 } },
        onDone: { target: "refunded" },
        onError: { target: "kept" },
      },
    },
    refunded: { type: "final" },
    kept: { type: "final" },
  },
});

const paths = statePaths(refunder, {
  events: ({ value }) =>
    value === "asking"
      ? [
          { type: "xstate.done.actor.question", output: "yes" },
          { type: "xstate.done.actor.question", output: "no" },
          { type: "xstate.error.actor.question" },
        ]
      : [{ type: "xstate.done.actor.refund" }, { type: "xstate.error.actor.refund" }],
});

for (const { steps } of paths) console.log(steps.map(({ snapshot }) => snapshot.value).join(" → "));
console.log("not taken:", coverage(refunder, paths).missing);
