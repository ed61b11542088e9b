/**
 * The faults a chart of approvals is likely to have, each put into it on purpose. What must hold of every path is said
 * once, without the rule under test; the sound chart keeps it, and each mutant breaks it on some path.
 */
import { describe, expect, it } from "vitest";
import { type AnyStateMachine, createMachine } from "xstate";
import { approvalMachine } from "../../machines/approval.ts";
import { toolGateMachine } from "../../machines/tool-gate.ts";
import { receive, type Standing, type Word } from "../../src/decisions/approval.ts";
import { ACCOUNTABLE, type ApprovalPath, approvalInput, approvalPaths, cases } from "../support/approval-paths.ts";
import { type GatePath, gatePaths, hostileGatePaths } from "../support/gate-paths.ts";
import { tellsOf } from "../support/path-checks.ts";

const PEOPLE = ["ann", "ben", "lea"];
const EXPIRES = 10_000;

/** I-P4 and I-P5, of one path of a question. */
function breachesOf({ steps }: ApprovalPath, quorum: number): readonly string[] {
  const { question } = approvalInput("approve", quorum);
  const answers = steps.flatMap(tellsOf).filter(({ event }) => event.type === "question.answered");
  const said = new Set<string>();
  const breaches = answers.length > 1 ? ["answered twice"] : [];
  let before = "";
  for (const { event, snapshot } of steps) {
    const { outcome, approvals } = snapshot.context;
    const after = JSON.stringify([outcome, approvals]);
    const word = event["word"] as Word | undefined;
    const counts = word !== undefined && after !== before;
    before = after;
    if (!counts) continue;
    if (word.digest !== question.digest) breaches.push("another digest");
    if (!PEOPLE.includes(word.by)) breaches.push(word.by === ACCOUNTABLE ? "by the accountable" : "by nobody who may");
    if (event["at"] >= EXPIRES) breaches.push("too late");
    if (word.decision === "approve") said.add(word.by);
    if (outcome.kind === "approved" && said.size < quorum) breaches.push("by too few");
  }
  return breaches;
}

const found = (machine: typeof approvalMachine): ReadonlySet<string> =>
  new Set(cases.flatMap(([kind, of]) => approvalPaths(kind, of, machine).flatMap((path) => breachesOf(path, of))));

/** The chart, hearing something else than what is said. */
function hearing(
  change: (standing: Standing, word: Word, at: number) => [Standing, Word, number],
): typeof approvalMachine {
  const hear = (standing: Standing, { word, at }: { readonly word: Word; readonly at: number }) =>
    receive(...change(standing, word, at));
  return approvalMachine.provide({
    guards: {
      isDecision: ({ context, event }) => {
        const receipt = hear(context, event);
        return receipt.accepted && receipt.missing === undefined;
      },
      isOneOfMore: ({ context, event }) => hear(context, event).accepted,
    },
  });
}

/** The chart with a question that stays open once it is closed. */
function reopened(): typeof approvalMachine {
  const { states, ...config } = approvalMachine.config;
  const { type: _, ...closed } = states?.["closed"] ?? {};
  const machine = createMachine(
    { ...config, states: { ...states, closed } } as never,
    approvalMachine.implementations as never,
  );
  return machine as AnyStateMachine as typeof approvalMachine;
}

describe("I-P4 I-P5 the approval", () => {
  it("keeps what must hold, on every path", () => {
    expect([...found(approvalMachine)]).toEqual([]);
  });

  it.each<readonly [string, () => typeof approvalMachine, string]>([
    ["late: takes a word after the deadline", () => hearing((one, word) => [one, word, one.askedAt]), "too late"],
    [
      "self: takes the word of whoever asks",
      () =>
        hearing((one, word, at) => [
          {
            ...one,
            agents: [],
            question: { ...one.question, requester: {} },
            settings: { ...one.settings, roles: undefined as never },
          },
          word,
          at,
        ]),
      "by nobody who may",
    ],
    [
      "self: takes the word of the accountable",
      () => hearing((one, word, at) => [{ ...one, settings: { ...one.settings, separateDuties: false } }, word, at]),
      "by the accountable",
    ],
    [
      "toctou: takes a word on something else",
      () => hearing((one, word, at) => [one, { ...word, digest: one.question.digest }, at]),
      "another digest",
    ],
    [
      "double: counts one person twice",
      () => hearing((one, word, at) => [{ ...one, approvals: one.approvals.map((_, n) => `another ${n}`) }, word, at]),
      "by too few",
    ],
    ["double: answers twice", reopened, "answered twice"],
  ])("F-APP-01 F-APP-02 F-APP-03 F-APP-05 F-APP-12 is found out when it is %s", (_, mutant, breach) => {
    expect([...found(mutant())]).toContain(breach);
  });
});

describe("I-P5 F-APP-05 the tool gate", () => {
  /** Calls made on a question's answer: with arguments that were approved, or written by whoever approved. */
  const unapproved = (paths: readonly GatePath[]) =>
    paths.flatMap(({ steps }) =>
      steps.filter(({ event, snapshot, taken }) => {
        const { outcome } = event as { readonly outcome?: { readonly kind: string; readonly digest?: string } };
        const executes = taken.some((name) => name.startsWith("asking:") && name.endsWith("→ executing"));
        return executes && outcome?.digest !== snapshot.context.judgement?.call.digest;
      }),
    );
  const all = (machine: typeof toolGateMachine) => [...gatePaths(machine), ...hostileGatePaths(machine)];

  it("executes exactly what was approved; a gate that looks at the answer alone is found out", () => {
    expect(unapproved(all(toolGateMachine))).toEqual([]);
    const careless = toolGateMachine.provide({ guards: { isApproved: (_, outcome) => outcome.kind === "approved" } });
    expect(unapproved(all(careless)).length).toBeGreaterThan(0);
  });
});
