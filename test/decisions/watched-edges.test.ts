import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createActor, createMachine, type InspectionEvent } from "xstate";
import { chartOfDefinition } from "../../src/decisions/definition-chart.ts";
import { edgesTaken } from "../../src/decisions/watched-edges.ts";
import { EVENTS, machineConfigs } from "../support/machine-configs.ts";

const activeOf = (value: unknown, under = ""): readonly string[] =>
  typeof value === "string"
    ? [`${under}${value}`]
    : Object.entries(value as object).flatMap(([key, child]) => [
        `${under}${key}`,
        ...activeOf(child, `${under}${key}.`),
      ]);

describe("the edges an actor took", () => {
  it("K1 K2 K3 are those that XState says it took", () => {
    fc.assert(
      fc.property(
        machineConfigs({ plain: true }),
        fc.array(fc.constantFrom(...EVENTS), { maxLength: 5 }),
        (config, events) => {
          let taken: string[] = [];
          const inspect = (event: InspectionEvent): void => {
            if (event.type !== "@xstate.microstep") return;
            for (const { source, eventType, target } of event._transitions)
              taken.push(JSON.stringify([source.path.join("."), eventType, target?.[0]?.path.join(".")]));
          };
          const actor = createActor(createMachine(config as never), { inspect }).start();
          const made = chartOfDefinition("m", JSON.parse(JSON.stringify(config)));
          for (const event of events) {
            const before = activeOf(actor.getSnapshot().value);
            taken = [];
            actor.send({ type: event });
            const after = activeOf(actor.getSnapshot().value);
            const told = edgesTaken(made, { event, before, after, changed: before.join() !== after.join() }).map(
              (id) => {
                const edge = made.chart.edges.find((one) => one.id === id);
                return JSON.stringify([edge?.source, made.triggers.get(id), edge?.target]);
              },
            );
            // XState tells of a transition also when another one has kept it from being taken.
            const real = taken.filter((one) => after.includes(JSON.parse(one)[2]));
            expect(new Set(told)).toEqual(new Set(real));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
