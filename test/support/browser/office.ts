/**
 * Office: an orchestrator whose runs have something of everything: a question, calls that wait for a yes, a loop, a
 * conflict, shared work. What its tools did is on record; a call of `stamp` waits until it is let go.
 */
import {
  createOrchestrator,
  defineAgent,
  defineTool,
  memoryStore,
  type Orchestrator,
  type StorePort,
} from "../../../index.ts";
import type { Json } from "../../../src/contracts/json.ts";

export interface Office {
  readonly orchestrator: Orchestrator;
  readonly paid: readonly Json[];
  /** Lets the next call of `stamp` go. */
  stamp(): void;
}

export function office(store: StorePort = memoryStore()): Office {
  const paid: Json[] = [];
  const waiting: (() => void)[] = [];
  let stamps = 0;
  const stamp = defineTool({
    name: "stamp",
    effect: "idempotent",
    run: async ({ page }: { readonly page: number }) => {
      if (stamps > 0) stamps -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return `page ${page} is stamped`;
    },
  });
  const pay = defineTool({
    name: "pay",
    effect: "once",
    needsApproval: true,
    estimate: () => ({ costUsd: 0.02 }),
    run: (order: { readonly to: string; readonly amount: number }) => {
      paid.push(order);
      return { receipt: paid.length };
    },
  });
  const look = defineTool({
    name: "look",
    effect: "read",
    estimate: () => ({ costUsd: 0.001 }),
    run: () => "under construction",
  });

  const clerk = defineAgent({
    name: "clerk",
    tools: [pay],
    writes: ["*"],
    reads: ["*"],
    run: async ({ goal }, { tool, ask, write }) => {
      if (goal !== "pay") return await ask("From which account shall I pay?", { details: { open: ["main", "petty"] } });
      const order = { to: "ann", amount: 700 };
      const paid = tool("pay", order, { rationale: "the invoice says so" });
      const receipt = await paid.catch((error: Error): Json => `not paid: ${error.message}`);
      await write("receipts/ann", receipt);
      return receipt;
    },
  });
  const registrar = defineAgent({
    name: "registrar",
    tools: [stamp],
    run: async (_, { tool }) => {
      await tool("stamp", { page: 1 });
      await tool("stamp", { page: 2 });
      return "stamped";
    },
  });
  const reader = defineAgent({
    name: "reader",
    tools: [look],
    run: async (_, { tool }) => {
      try {
        for (let n = 0; n < 40; n++) await tool("look", {});
      } catch (error) {
        return `gave up: ${(error as { readonly code: string }).code}`;
      }
      return "read";
    },
  });
  const twin = (name: string, answer: string) =>
    defineAgent({
      name,
      writes: ["due/*"],
      run: async (_, { write }) => {
        await write("due/date", answer);
        return answer;
      },
    });

  const orchestrator = createOrchestrator({
    name: "office",
    agents: {
      clerk,
      registrar,
      reader,
      "first-twin": twin("first-twin", "monday"),
      "second-twin": twin("second-twin", "tuesday"),
    },
    planner: ({ objective }) => ({ tasks: plans[objective] ?? plans["all"] ?? [] }),
    budget: { maxCostUsd: 1, maxToolCalls: 60 },
    approvals: { expiresMs: 3_600_000 },
    store,
  });
  return {
    orchestrator,
    paid,
    stamp: () => {
      const next = waiting.shift();
      if (next === undefined) stamps += 1;
      else next();
    },
  };
}

interface Planned {
  readonly id: string;
  readonly agent: string;
  readonly goal?: string;
  readonly needs?: readonly string[];
  readonly optional?: boolean;
}

const plans: { readonly [objective: string]: readonly Planned[] } = {
  pay: [{ id: "pay", agent: "clerk", goal: "pay" }],
  ask: [{ id: "ask", agent: "clerk", goal: "ask" }],
  stamp: [{ id: "stamp", agent: "registrar" }],
  all: [
    { id: "ask", agent: "clerk", goal: "ask" },
    { id: "read", agent: "reader", optional: true },
    { id: "date", agent: "first-twin" },
    { id: "date-again", agent: "second-twin", needs: ["date"] },
    { id: "pay", agent: "clerk", goal: "pay", needs: ["ask", "date"] },
    { id: "file", agent: "first-twin", needs: ["pay", "date-again"] },
  ],
};
