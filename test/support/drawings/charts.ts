/** Charts to draw: the product's own, one that has all that a statechart can have, and any that chance makes. */
import { createRequire } from "node:module";
import type { ELK } from "elkjs/lib/elk-api.js";
import fc from "fast-check";
import { createMachine } from "xstate";
import { agentMachine } from "../../../machines/agent.ts";
import { approvalMachine } from "../../../machines/approval.ts";
import { orchestratorMachine } from "../../../machines/orchestrator.ts";
import { toolGateMachine } from "../../../machines/tool-gate.ts";
import { chartOf } from "../../../src/charts/chart.ts";
import type { Chart, ChartEdge, ChartState } from "../../../src/contracts/inspection.ts";
import type { Drawing, Placed } from "../../../visualizer/src/drawings/chart/elk.ts";
import { type Layout, placed } from "../../../visualizer/src/drawings/chart/place.ts";
import type { Sketch } from "../../../visualizer/src/drawings/chart/sketch.ts";

const Elk = createRequire(import.meta.url)("elkjs") as new () => ELK;

export const layout: Layout = (graph) => new Elk().layout(graph);

export const drawn = (sketch: Sketch, aspect = 1.6): Promise<Drawing> => placed(sketch, aspect, layout);

export const nestedMachine = createMachine({
  id: "desk",
  initial: "idle",
  on: { cancel: { target: ".cancelled" } },
  states: {
    idle: { on: { task: { target: "running" } } },
    running: {
      type: "parallel",
      entry: "log",
      after: { 30000: { target: "failed" } },
      onDone: { target: "done" },
      states: {
        reasoning: {
          initial: "prompting",
          states: {
            prompting: {
              invoke: {
                src: "llm",
                onDone: { target: "streaming" },
                onError: [
                  { guard: "tooManyTries", target: "#desk.failed" },
                  { target: "prompting", reenter: true },
                ],
              },
            },
            streaming: {
              on: { token: { actions: "bill" }, "tool.call": { target: "acting" }, final: { target: "answered" } },
            },
            acting: {
              initial: "checking",
              states: {
                checking: { always: [{ guard: "needsApproval", target: "awaitingHuman" }, { target: "executing" }] },
                awaitingHuman: {
                  on: { approve: { target: "executing" }, deny: { target: "#desk.running.reasoning.prompting" } },
                },
                executing: { on: { returned: { target: "returned" } } },
                returned: { type: "final" },
              },
              onDone: { target: "prompting" },
            },
            answered: { type: "final" },
          },
        },
        budget: {
          initial: "ok",
          states: {
            ok: { on: { spend: { guard: "nearBudget", target: "warned" } } },
            warned: { on: { spend: { guard: "overBudget", target: "exceeded" } } },
            exceeded: { always: { target: "#desk.failed" } },
          },
        },
        memory: { initial: "warm", states: { warm: {}, back: { type: "history" } } },
      },
    },
    done: { type: "final" },
    failed: {
      on: {
        reset: { target: "idle" },
        split: { target: ["#desk.running.reasoning.acting", "#desk.running.budget.warned"] },
      },
    },
    cancelled: { type: "final" },
  },
});

export const charts: Readonly<Record<"orchestrator" | "agent" | "tool-gate" | "approval" | "nested", Chart>> = {
  orchestrator: chartOf(orchestratorMachine, "orchestrator"),
  agent: chartOf(agentMachine, "agent"),
  "tool-gate": chartOf(toolGateMachine, "tool-gate"),
  approval: chartOf(approvalMachine, "approval"),
  nested: chartOf(nestedMachine, "nested"),
};

const root: ChartState = { id: "", key: "chart", kind: "compound", entry: [], exit: [], invokes: [] };
const name = fc.constantFrom("a", "b", "<b>", "long ".repeat(30), "\u202Eevil\u0000", "漢字", "😀");

/** Up to twelve states, nested anyhow, and twenty transitions between any of them. */
export const anyChart: fc.Arbitrary<Chart> = fc
  .array(
    fc.record({
      under: fc.nat(20),
      key: name,
      isParallel: fc.boolean(),
      isFinal: fc.boolean(),
      lines: fc.array(name, { maxLength: 2 }),
    }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .chain((made) => {
    const ids: string[] = [];
    for (const [n, { under }] of made.entries()) {
      const parent = ids[(under % (n + 1)) - 1];
      ids.push(parent === undefined ? `s${n}` : `${parent}.s${n}`);
    }
    const parentOf = (id: string): string => id.split(".").slice(0, -1).join(".");
    const states = made.map(({ key, isParallel, isFinal, lines }, n): ChartState => {
      const id = ids[n] as string;
      const children = ids.filter((one) => parentOf(one) === id);
      const inner = isParallel ? "parallel" : "compound";
      return {
        id,
        key,
        parent: parentOf(id),
        kind: children.length > 0 ? inner : isFinal ? "final" : "atomic",
        ...(children[0] === undefined || isParallel ? {} : { initial: children[0] }),
        entry: lines,
        exit: [],
        invokes: lines,
      };
    });
    const place = fc.constantFrom("", ...ids);
    const edge = fc.record({
      source: place,
      target: fc.option(fc.constantFrom(...ids), { nil: undefined }),
      event: name,
      guard: fc.option(name, { nil: undefined }),
    });
    return fc.array(edge, { maxLength: 20 }).map((edges) => ({
      name: "any",
      states: [{ ...root, initial: ids[0] as string }, ...states],
      edges: edges.map(
        ({ source, target, event, guard }, n): ChartEdge => ({
          id: `${source}/${event}/${n}`,
          source,
          ...(target === undefined ? {} : { target }),
          kind: "event",
          event,
          ...(guard === undefined ? {} : { guard }),
          actions: [],
        }),
      ),
    }));
  });

export const meet = (a: Placed, b: Placed): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** What lies over something else: closed boxes and labels over each other, or out of the picture. */
export function overlaps({ boxes, ways, width, height }: Drawing): readonly string[] {
  const things = [
    ...boxes.filter(({ isOpen }) => !isOpen).map((placed) => ({ ...placed, what: `box ${placed.box.id}` })),
    ...ways.flatMap(({ way, label }) => (label === undefined ? [] : [{ ...label, what: `label of ${way.id}` }])),
  ];
  const page = { x: 0, y: 0, width, height };
  const isOut = (one: Placed): boolean =>
    one.x < page.x || one.y < page.y || one.x + one.width > width + 1 || one.y + one.height > height + 1;
  return things.flatMap((one, n) => [
    ...(isOut(one) ? [`${one.what} is out of the picture`] : []),
    ...things
      .slice(n + 1)
      .filter((other) => meet(one, other))
      .map((other) => `${one.what} over ${other.what}`),
  ]);
}
