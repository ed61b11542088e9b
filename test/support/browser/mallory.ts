/** Mallory: an agent that says a payload wherever an agent, or its tools, can say anything; and an application that does. */
import { createOrchestrator, defineAgent, defineTool, type Orchestrator } from "../../../index.ts";
import type { FeedConnection } from "../../../src/contracts/feed.ts";
import { frame } from "../feed-driver.ts";

export function mallory(payloads: readonly string[]): Orchestrator {
  const said = payloads.map((payload) => payload.toWellFormed());
  const say = defineTool({
    name: "say",
    effect: "read",
    run: ({ n, text }: { readonly n: number; readonly text: string }) => {
      if (n % 3 === 0) throw new Error(text);
      return { [text]: text, list: [text] };
    },
  });
  const act = defineTool({ name: "act", effect: "once", needsApproval: true, run: () => "done" });
  const talker = defineAgent({
    name: "talker",
    tools: [say],
    writes: ["*"],
    reads: ["*"],
    run: async (_, { tool, write }) => {
      for (const [n, text] of said.entries()) {
        await tool("say", { n, text, [text]: n } as never, { rationale: text }).catch(() => undefined);
        if (n % 2 === 0) await write(text, { [text]: text }).catch(() => undefined);
      }
      return { [said[0] ?? ""]: said };
    },
  });
  const asker = defineAgent({
    name: "asker",
    tools: [act],
    run: async (_, { tool, ask }) => {
      const asks = said
        .filter((_, n) => n % 3 === 0)
        .map((text, n) =>
          n % 20 !== 0
            ? tool("act", { [text]: text, n } as never, { rationale: text })
            : ask(text, { details: { [text]: [text] } }),
        );
      await Promise.allSettled(asks);
      throw new Error(said.join(" "));
    },
  });
  const breaker = defineAgent({
    name: "breaker",
    run: () => {
      throw new Error(said[5]);
    },
  });
  return createOrchestrator({
    name: "mallory",
    agents: { talker, asker, breaker },
    planner: {
      tasks: [
        { id: "talk", agent: "talker", goal: said[0] ?? "" },
        { id: "ask", agent: "asker", goal: said[1] ?? "", optional: true },
        { id: "break", agent: "breaker", goal: said[2] ?? "", optional: true, retries: 0 },
      ],
    },
    validation: {
      evaluators: said
        .slice(0, 40)
        .map((reason, n) => ({ name: `critic-${n}`, evaluate: () => ({ score: 0, findings: [reason] }) })),
    },
    loops: { identical: 10_000 },
  });
}

/** States, events, guards, actions, actors and contexts of an application, all named by payloads. */
export function tellHostile(connection: FeedConnection, payloads: readonly string[]): void {
  const names = payloads.filter((name) => name !== "__proto__");
  const state = (name: string, n: number): readonly [string, object] => [
    name,
    {
      description: name,
      entry: [name],
      invoke: { src: name, id: name, onDone: { target: names[n + 1] ?? names[0] } },
      on: { [name]: { target: names[n + 1] ?? names[0], guard: name, actions: [name] } },
    },
  ];
  const definition = JSON.stringify({ id: names[0], initial: names[0], states: Object.fromEntries(names.map(state)) });
  connection.receive(frame.actor("x:0", { name: names[0], definition, snapshot: { value: names[0], context: names } }));
  connection.receive(frame.snapshot("x:0", "xstate.init", { value: names[0], context: names }));
  for (const [n, name] of names.entries()) {
    const rootId = "x:0";
    connection.receive(
      frame.actor(`a${n}`, { rootId, parentId: "x:0", name, snapshot: { status: "active", context: name } }),
    );
    connection.receive(frame.snapshot(`a${n}`, "xstate.init", { value: name, context: { [name]: name } }, { rootId }));
    connection.receive(frame.snapshot("x:0", name, { value: name, context: { [name]: name }, error: name }));
  }
}
