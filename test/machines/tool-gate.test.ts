/** The tool gate on every path through it, what really happens and what nobody should say included. */
import { describe, expect, it } from "vitest";
import { toolGateMachine } from "../../machines/tool-gate.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { ActResult } from "../../src/contracts/tools.ts";
import { canonical } from "../../src/decisions/ingest.ts";
import { coverage } from "../../src/testing/state-paths.ts";
import { BACKOFF, EDITED, type GatePath, gatePaths, hostileGatePaths } from "../support/gate-paths.ts";
import { askedOn, effectKeysOf, last, nameOf, spawnsOf, statesOn, tellsOf, twice } from "../support/path-checks.ts";

const usual = gatePaths();
const all = [...usual, ...hostileGatePaths()];

/** The events of a path that the chart took, up to and with each entry of `executing`. */
const executions = ({ steps }: GatePath) =>
  steps.flatMap(({ taken, snapshot }, place) =>
    taken.some((name) => name.endsWith("→ executing")) ? [{ snapshot, before: steps.slice(0, place + 1) }] : [],
  );

const isExecution = ({ taken }: GatePath["steps"][number]): boolean =>
  taken.some((name) => name.endsWith("→ executing"));

const isFinal = (path: GatePath): boolean => last(path).snapshot.status === "done";

describe("the tool gate", () => {
  it("is in every one of its states on some path", () => {
    expect([...statesOn(usual)].toSorted()).toEqual(
      [
        "asking",
        "backing-off",
        "executing",
        "failing",
        "holding",
        "judging",
        "reconciling",
        "settled",
        "unknown",
      ].toSorted(),
    );
  });

  it("takes every transition of its chart", () => {
    expect(coverage(toolGateMachine, usual).missing).toEqual([]);
  });

  it("T1 executes only with a hold granted for this judgement", () => {
    for (const path of all) {
      for (const { before } of executions(path)) {
        const judged = before.findLastIndex(({ taken }) => taken.some((name) => name.startsWith("judging:")));
        const held = before
          .slice(judged)
          .some(({ taken }) => taken.some((name) => /hold\.(granted|doubtful)/.test(name)));
        expect(held, nameOf(path)).toBe(true);
      }
    }
  });

  it("T1 F-APP-05 executes only on an allow verdict, or a person's word on exactly these arguments", () => {
    for (const path of all) {
      for (const { snapshot, before } of executions(path)) {
        const { verdict, call } = snapshot.context.judgement ?? {};
        const approved = before.some(
          ({ event, taken }) =>
            taken.some((name) => name.includes("isApproved")) && event["outcome"].digest === call?.digest,
        );
        const edited = before.some(
          ({ event, taken }) =>
            taken.some((name) => name.includes("isEdited")) &&
            canonical(event["outcome"].value as Json) === canonical(call?.args ?? null),
        );
        expect(verdict?.kind === "allow" || approved || edited, nameOf(path)).toBe(true);
      }
    }
  });

  it("T1 a denied call is never held, asked about or made", () => {
    const denied = all.filter(({ steps }) =>
      steps.some(({ taken }) => taken.some((name) => name.includes("isDenied"))),
    );
    expect(denied.length).toBeGreaterThan(0);
    for (const path of denied) expect(last(path).snapshot.value, nameOf(path)).toBe("settled");
  });

  it("T2 ends in `settled` with one result, told once to the orchestrator and once to the agent", () => {
    const ends = all.filter(isFinal);
    expect(ends.length).toBeGreaterThan(50);
    for (const path of ends) {
      const { snapshot, ...step } = last(path);
      const [toOrchestrator, toAgent, ...more] = tellsOf({ snapshot, ...step });
      expect(more).toEqual([]);
      expect(toOrchestrator).toMatchObject({
        to: "orchestrator",
        event: { type: "call.settled", call: { gate: "a#1/0" } },
      });
      expect(toAgent).toMatchObject({ to: "a#1", event: { type: "act.settled", n: 0, result: snapshot.output } });
      const told = askedOn(path).filter(
        ({ params }) => (params as { event?: { type: string } }).event?.type === "act.settled",
      );
      expect(told, nameOf(path)).toHaveLength(1);
    }
  });

  it("T2 starts as a refusal, and stays one until something better is known", () => {
    for (const path of all) {
      for (const { snapshot } of path.steps) {
        const { result, sent } = snapshot.context;
        if (!sent && !/reconciling|unknown|settled/.test(snapshot.value))
          expect(result.kind, nameOf(path)).toBe("refused");
      }
    }
  });

  const resultAfter = (transition: string): readonly ActResult[] =>
    usual
      .filter((path) => last(path).taken.includes(transition))
      .map((path) => last(path).snapshot.output as ActResult);

  it.each([
    [
      "judging: xstate.done.actor.judge#1 [isDenied] → settled",
      { kind: "refused", failure: { code: "policy.denied" } },
    ],
    ["judging: xstate.error.actor.judge → settled", { kind: "refused", failure: { code: "policy.failed" } }],
    ["holding: hold.refused#2 → settled", { kind: "refused", failure: { code: "loop.detected" } }],
    ["holding: hold.shared → settled", { kind: "completed", value: { sent: "by the first attempt" } }],
    ["executing: xstate.done.actor.execute → settled", { kind: "completed", value: { sent: true } }],
    ["executing: xstate.error.actor.execute#5 → settled", { kind: "failed", failure: { code: "tool.failed" } }],
    [
      "failing: retry.refused → settled",
      { kind: "failed", failure: { code: expect.stringMatching(/^tool\.(failed|timeout)$/) } },
    ],
    [
      "holding: hold.refused#1 [isNextTry] → settled",
      { kind: "failed", failure: { code: expect.stringMatching(/^tool\.(failed|timeout)$/) } },
    ],
    ["reconciling: xstate.done.actor.reconcile#1 [isFound] → settled", { kind: "completed", value: "found" }],
    ["unknown: question.answered#4 [isAnswered] → settled", { kind: "completed", value: "it was sent" }],
    ["unknown: question.answered#5 → settled", { kind: "failed", failure: { code: "effect.unknown" } }],
  ])("T2 after %s the result is known", (transition, result) => {
    const results = resultAfter(transition);
    expect(results.length).toBeGreaterThan(0);
    for (const one of results) expect(one).toMatchObject(result);
  });

  it("T2 says of a question whether it was rejected or nobody answered", () => {
    const codes = resultAfter("asking: question.answered#4 → settled").map(
      (result) => result.kind === "refused" && result.failure.code,
    );
    expect(new Set(codes)).toEqual(new Set(["approval.rejected", "approval.expired"]));
  });

  /** Executions after the first, each with what came since the one before it. */
  const repetitions = (path: GatePath) => {
    const places = executions(path).map(({ before }) => before.length);
    return places.slice(1).map((place, n) => path.steps.slice(places[n], place));
  };

  it("T3 makes a call again only when it may be repeated, or its tool or a person says that it did not happen", () => {
    let again = 0;
    for (const path of all) {
      for (const since of repetitions(path)) {
        again++;
        const why = since
          .flatMap(({ taken }) => taken)
          .filter((name) => /isAbsent|isApproved|isBegunAgain|isLostRepeatable|^backing-off:/.test(name));
        expect(why.length, nameOf(path)).toBeGreaterThan(0);
      }
    }
    expect(again).toBeGreaterThan(0);
  });

  it("T7 F-BUD-11 holds again for every call that is made again", () => {
    for (const path of all) {
      for (const since of repetitions(path)) {
        const grants = since.filter(({ event, taken }) => event.type === "hold.granted" && taken.length > 0);
        expect(grants, nameOf(path)).toHaveLength(1);
        const proposed = since.flatMap(tellsOf).filter(({ event }) => event.type === "call.proposed");
        // Under another policy it is judged, and so proposed, once more.
        expect(proposed.length, nameOf(path)).toBeGreaterThan(0);
        for (const { event } of proposed) expect(event, nameOf(path)).toMatchObject({ wish: { again: true } });
      }
    }
  });

  it("T4 judges a cheaper tool anew, and asks about it again", () => {
    const substituted = usual.filter(({ steps }) =>
      steps.some(({ event, taken }) => event.type === "hold.substituted" && taken.length > 0),
    );
    expect(substituted.length).toBeGreaterThan(0);
    for (const path of substituted) {
      const at = path.steps.findIndex(({ event }) => event.type === "hold.substituted");
      expect(path.steps[at]?.snapshot, nameOf(path)).toMatchObject({ value: "judging", context: { editor: null } });
    }
  });

  it("T8 makes a further try only when it was granted, the call may be repeated, and a new hold is there", () => {
    let tries = 0;
    for (const path of all) {
      for (const { before, snapshot } of executions(path)) {
        const failing = before.findLastIndex(({ taken }) => taken.some((name) => name.endsWith("→ failing")));
        if (failing < 0) continue;
        tries++;
        const types = before.slice(failing + 1).flatMap(({ event, taken }) => (taken.length > 0 ? [event.type] : []));
        expect(types.slice(0, 2), nameOf(path)).toEqual(["retry.granted", BACKOFF]);
        expect(types, nameOf(path)).toContain("hold.granted");
        expect(snapshot.context.judgement?.effect, nameOf(path)).toMatch(/read|idempotent/);
      }
    }
    expect(tries).toBeGreaterThan(0);
  });

  it("T3 a lost call that cannot be repeated is never simply failed", () => {
    for (const path of all) {
      for (const { event, taken, snapshot } of path.steps) {
        if (event.type !== "xstate.error.actor.execute" || event["error"].code !== "effect.unknown") continue;
        if (taken.length > 0) expect(snapshot.value, nameOf(path)).toMatch(/reconciling|unknown|holding/);
        if (snapshot.value === "holding") expect(snapshot.context.judgement?.effect, nameOf(path)).toBe("read");
      }
    }
  });

  it("T4 judges edited arguments anew, and binds them", () => {
    const edited = all.filter(({ steps }) =>
      steps.some(({ taken }) => taken.some((name) => name.includes("isEdited"))),
    );
    expect(edited.length).toBeGreaterThan(0);
    for (const path of edited) {
      const at = path.steps.findIndex(({ taken }) => taken.some((name) => name.includes("isEdited")));
      const judging = path.steps[at]?.asked.find(({ type }) => type === "xstate.spawnChild");
      expect(judging?.params, nameOf(path)).toMatchObject({ src: "judge", input: { args: EDITED } });
      const after = { steps: path.steps.slice(at + 1) };
      for (const { snapshot } of executions(after)) expect(snapshot.context.judgement?.call.args).toEqual(EDITED);
    }
  });

  it("T4 takes an edit for a yes to what was edited, and asks no more", () => {
    for (const path of all) {
      const at = path.steps.findIndex(({ taken }) => taken.some((name) => name.includes("isEdited")));
      // Another tool is another question.
      const other = path.steps.findIndex(({ event }) => event.type === "hold.substituted");
      const edited = at < 0 ? [] : path.steps.slice(at, other > at ? other : undefined);
      const after = edited.filter(({ snapshot }) => snapshot.context.earlier === null);
      expect(
        after.map(({ snapshot }) => snapshot.value),
        nameOf(path),
      ).not.toContain("asking");
    }
  });

  it("T4 asks about the very arguments that were judged", () => {
    for (const path of all) {
      for (const { type, params, step } of askedOn(path)) {
        if (type !== "spawn") continue;
        const { call } = (step as GatePath["steps"][number]).snapshot.context.judgement ?? {};
        expect(params, nameOf(path)).toMatchObject({ logic: "approval", input: { question: { subject: call?.args } } });
      }
    }
  });

  /** Steps at which another policy comes into force, of which the gate hears then or when it wants its hold. */
  const changesOf = ({ steps }: GatePath) =>
    steps.flatMap(({ taken }, place) =>
      taken.some((name) => /policy\.changed|hold\.stale/.test(name)) ? [place] : [],
    );

  it("T5, F-APP-10 A-POL-05 under another policy nothing is begun that was not judged again", () => {
    let judged = 0;
    for (const path of usual) {
      for (const change of changesOf(path)) {
        const next = path.steps.findIndex((step, place) => place > change && isExecution(step));
        if (next < 0) continue;
        judged++;
        const between = path.steps.slice(change, next);
        const isJudged = between.some(({ taken }) => taken.some((name) => /^judging: .* → holding$/.test(name)));
        expect(isJudged, nameOf(path)).toBe(true);
      }
    }
    expect(judged).toBeGreaterThan(5);
  });

  it("T5 tells the judge what the earlier policy said, so that the stricter stands", () => {
    const again = usual.flatMap((path) =>
      path.steps.flatMap(({ asked, taken }, place) =>
        place > 0 && taken.some((name) => name.endsWith("→ judging") && !/isEdited|substituted/.test(name))
          ? [{ asked, before: path.steps[place - 1] }]
          : [],
      ),
    );
    expect(again.length).toBeGreaterThan(5);
    for (const { asked, before } of again) {
      const judge = asked.find(({ params }) => (params as { readonly src?: string }).src === "judge");
      expect(judge?.params).toMatchObject({ input: { earlier: before?.snapshot.context.judgement?.verdict } });
    }
  });

  it("T5, F-APP-10 a person's word counts under another policy only for as much as was asked", () => {
    const seen = { stands: 0, asked: 0 };
    for (const path of usual) {
      const said = path.steps.findIndex(({ taken }) => taken.some((name) => name.includes("isApprovedStale")));
      const granted = path.steps.findIndex(({ event }, place) => place > said && event.type === "hold.granted");
      if (said < 0 || granted < 0) continue;
      const { context, value } = path.steps[granted]?.snapshot ?? last(path).snapshot;
      const { word, judgement } = context;
      const roles = [word, judgement?.verdict].map((verdict) =>
        verdict?.kind === "ask" ? (verdict.role ?? "") : undefined,
      );
      const isSaid = roles[1] === undefined || roles[0] === roles[1];
      expect(value, nameOf(path)).toBe(isSaid ? "executing" : "asking");
      seen[isSaid ? "stands" : "asked"]++;
    }
    expect(seen.stands).toBeGreaterThan(0);
    expect(seen.asked).toBeGreaterThan(0);
  });

  it("names each effect and each question once", () => {
    for (const path of all) {
      expect(twice(effectKeysOf(path)), nameOf(path)).toEqual([]);
      expect(twice(spawnsOf(path)), nameOf(path)).toEqual([]);
    }
  });

  it("says that a call was sent exactly when it was", () => {
    for (const path of all) expect(last(path).snapshot.context.sent, nameOf(path)).toBe(executions(path).length > 0);
  });
});
