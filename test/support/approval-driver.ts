/** Approval driver: one question of each kind, asked in a real run, and what people and time make of it. */
import type { QuestionKind } from "../../src/contracts/approvals.ts";
import type { Plan } from "../../src/contracts/plan.ts";
import type { RunSettings } from "../../src/contracts/settings.ts";
import type { Word } from "../../src/decisions/approval.ts";
import { accepted, OUTPUT, rejected } from "./agent-paths.ts";
import { ACCOUNTABLE, settingsOf as approvalsOf, isLate, subject } from "./approval-paths.ts";
import { digestOf, executed, judged, lost } from "./gate-paths.ts";
import { assertIn, type Drive } from "./path-driver.ts";
import type { PuppetHouse } from "./puppet-house.ts";
import { grantOf, planOf, settingsOf, taskOf } from "./runs.ts";

const plan: Plan = planOf(taskOf("a", { agent: "worker", retries: 0 }));

const settings = (quorum: number, more: Partial<RunSettings> = {}): RunSettings =>
  settingsOf({
    agents: [grantOf("worker"), grantOf("helper")],
    owner: ACCOUNTABLE,
    approvals: approvalsOf(quorum),
    replans: 0,
    loops: { identical: 99 },
    ...more,
  });

async function call(house: PuppetHouse, verdict: "allow" | "ask", effect: "read" | "once"): Promise<void> {
  await house.propose("a#1", { kind: "tool", tool: "send", args: subject });
  await house.answer("judge", judged(subject, verdict, effect));
}

/** How a run comes to ask each kind of question, and which actor asks it. */
const asked: Readonly<Record<QuestionKind, (house: PuppetHouse, quorum: number) => Promise<string>>> = {
  approve: async (house, quorum) => {
    await begin(house, quorum);
    await call(house, "ask", "read");
    return "a#1/0/approve/0";
  },
  answer: async (house, quorum) => {
    await begin(house, quorum);
    await house.propose("a#1", { kind: "ask", question: "which?" });
    return "a#1/0";
  },
  unknown: async (house, quorum) => {
    await begin(house, quorum);
    await call(house, "allow", "once");
    await house.lose("execute", lost("a#1/0/execute/0"));
    return "a#1/0/unknown/0";
  },
  grant: async (house, quorum) => {
    await begin(house, quorum, { limits: { toolCalls: 0 } });
    await call(house, "allow", "read");
    await house.answer("economise", "ask");
    return "orchestrator/grant/0";
  },
  continue: async (house, quorum) => {
    await begin(house, quorum, { loops: { identical: 1 } });
    await call(house, "allow", "read");
    await house.answer("execute", executed);
    await house.answer("intervene", "ask");
    return "orchestrator/continue/0";
  },
  accept: async (house, quorum) => {
    await begin(house, quorum);
    await house.finish("a#1", OUTPUT);
    await house.answer("review", accepted);
    await house.answer("validate", rejected);
    return "orchestrator/accept/0";
  },
  resolve: async (house, quorum) => {
    await house.start(settings(quorum, {}));
    const checked = planOf(taskOf("a", { agent: "worker" }), taskOf("b", { agent: "helper", crossCheck: "a" }));
    await house.answer("plan", { plan: checked, faults: [] });
    for (const [actor, output] of [
      ["a#1", "yes"],
      ["b#1", "no"],
    ] as const) {
      await house.finish(actor, output);
      await house.answer("review", accepted, actor);
    }
    await house.answer("resolve", { winner: "nobody", reason: "no rule decides", asks: true });
    return "orchestrator/resolve/0";
  },
};

async function begin(house: PuppetHouse, quorum: number, more: Partial<RunSettings> = {}): Promise<void> {
  await house.start(settings(quorum, more));
  await house.answer("plan", { plan, faults: [] });
}

export const approvalDrive =
  (kind: QuestionKind, quorum: number): Drive =>
  async (house, { steps }) => {
    const approval = await asked[kind](house, quorum);
    for (const { event, snapshot } of steps) {
      if (event.type.startsWith("xstate.after")) await house.pass(approval, event.type);
      else if (event.type === "question.decide") {
        const word = event["word"] as Word;
        const { question } = house.contextOf<{ question: { digest: string } }>(approval);
        // The path is about a question of its own; what is shown here has its own digest.
        const digest = word.digest === digestOf(subject) ? question.digest : word.digest;
        const decide = { type: "question.decide", word: { ...word, digest } };
        // A timer may ring late. What is said in between is too late all the same.
        if (isLate(event)) await house.signalWithTimersLateBy(event["at"], decide, approval);
        else await house.signal(decide, approval);
      }
      assertIn(house, approval, snapshot);
    }
  };
