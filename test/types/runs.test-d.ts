import { describe, expectTypeOf, it } from "vitest";
import { type Actor, createActor, type EventFrom, type InputFrom, type SnapshotFrom, type Subscribable } from "xstate";
import { createTestModel, getShortestPaths, toDirectedGraph } from "xstate/graph";
import {
  createOrchestrator,
  type DecisionReceipt,
  type ErrorCode,
  type JournalEntry,
  type Orchestrator,
  type OrchestratorConfig,
  type orchestratorMachine,
  type Run,
  type RunReport,
} from "../../index.ts";

declare const orchestrator: Orchestrator;
declare const run: Run;

describe("a run", () => {
  it("comes to a report whose status is one of five", () => {
    expectTypeOf(run.result).resolves.toEqualTypeOf<RunReport>();
    expectTypeOf<RunReport["status"]>().toEqualTypeOf<"running" | "suspended" | "completed" | "failed" | "cancelled">();
  });

  it("has its output and its failure only sometimes", () => {
    expectTypeOf<RunReport["output"]>().extract<undefined>().toEqualTypeOf<undefined>();
    expectTypeOf<NonNullable<RunReport["failure"]>["code"]>().toEqualTypeOf<ErrorCode>();
  });

  it("is told entry by entry", () => {
    expectTypeOf(run.events()).toEqualTypeOf<AsyncGenerator<JournalEntry, void, undefined>>();
  });

  it("is started by an orchestrator, with an objective", () => {
    expectTypeOf(createOrchestrator).parameters.toEqualTypeOf<[OrchestratorConfig]>();
    expectTypeOf(orchestrator.start({ objective: "a" })).resolves.toEqualTypeOf<Run>();
    // @ts-expect-error: what for?
    void orchestrator.start({});
  });

  it("tells a person whether their word counted", () => {
    expectTypeOf(orchestrator.decide).returns.resolves.toEqualTypeOf<DecisionReceipt>();
  });
});

describe("run.actor", () => {
  it("has the face of an XState actor: subscribe, getSnapshot, send", () => {
    const { actor } = run;
    expectTypeOf(actor).toExtend<Subscribable<unknown>>();
    expectTypeOf(actor.getSnapshot().status).toEqualTypeOf<"active" | "done" | "error" | "stopped">();
    expectTypeOf(actor.getSnapshot().matches).toBeFunction();
    actor.send({ type: "run.pause" });
    const subscription = actor.subscribe((snapshot) => expectTypeOf(snapshot.value).not.toBeNever());
    expectTypeOf(subscription.unsubscribe).toBeFunction();
  });
});

describe("orchestrator.machine", () => {
  const { machine } = orchestrator;

  it("is the orchestrator's chart, with its states in its type", () => {
    expectTypeOf(machine).toEqualTypeOf<typeof orchestratorMachine>();
    expectTypeOf<SnapshotFrom<typeof machine>["value"]>().toEqualTypeOf<
      | "planning"
      | "executing"
      | "looping-detected"
      | "over-budget"
      | "validating"
      | "awaiting-human"
      | "paused"
      | "completed"
      | "failed"
      | "cancelled"
    >();
    expectTypeOf<"run.cancel">().toExtend<EventFrom<typeof machine>["type"]>();
  });

  it("is accepted by createActor", () => {
    const made = (input: InputFrom<typeof machine>) => createActor(machine, { input });
    expectTypeOf(made).returns.toEqualTypeOf<Actor<typeof machine>>();
  });

  it("is accepted by xstate/graph", () => {
    expectTypeOf(getShortestPaths<typeof machine>).toBeFunction();
    expectTypeOf(createTestModel(machine)).not.toBeAny();
    expectTypeOf(toDirectedGraph(machine).id).toEqualTypeOf<string>();
  });
});
