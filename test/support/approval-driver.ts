/** Approval driver: one question of each kind, asked in a real run, and what people and time make of it. */
import type { QuestionKind } from "../../src/contracts/approvals.ts";
import type { Plan } from "../../src/contracts/plan.ts";
import type { RunSettings } from "../../src/contracts/settings.ts";
import type { Word } from "../../src/decisions/approval.ts";
import { accepted, OUTPUT, rejected } from "./agent-paths.ts";
import { settings as approvals, subject } from "./approval-paths.ts";
import { digestOf, executed, judged, lost } from "./gate-paths.ts";
import { assertIn, type Drive } from "./path-driver.ts";
import type { PuppetHouse } from "./puppet-house.ts";
import { grantOf, planOf, settingsOf, taskOf } from "./runs.ts";

const plan: Plan = planOf(taskOf("a", { agent: "worker", retries: 0 }));

const settings = (more: Partial<RunSettings> = {}): RunSettings =>
  settingsOf({
    agents: [grantOf("worker"), grantOf("helper")],
    owner: "owner",
    approvals,
    replans: 0,
    loops: { identical: 99 },
    ...more,
  });

async function call(house: PuppetHouse, verdict: "allow" | "ask", effect: "read" | "once"): Promise<void> {
  await house.propose("a#1", { kind: "tool", tool: "send", args: subject });
  await house.answer("judge", judged(subject, verdict, effect));
}

/** How a run comes to ask each kind of question, and which actor asks it. */
const asked: Readonly<Record<QuestionKind, (house: PuppetHouse) => Promise<string>>> = {
  approve: async (house) => {
    await begin(house);
    await call(house, "ask", "read");
    return "a#1/0/approve/0";
  },
  answer: async (house) => {
    await begin(house);
    await house.propose("a#1", { kind: "ask", question: "which?" });
    return "a#1/0";
  },
  unknown: async (house) => {
    await begin(house);
    await call(house, "allow", "once");
    await house.lose("execute", lost("a#1/0/execute/0"));
    return "a#1/0/unknown/0";
  },
  grant: async (house) => {
    await begin(house, { limits: { toolCalls: 0 } });
    await call(house, "allow", "read");
    await house.answer("economise", "ask");
    return "orchestrator/grant/0";
  },
  continue: async (house) => {
    await begin(house, { loops: { identical: 1 } });
    await call(house, "allow", "read");
    await house.answer("execute", executed);
    await house.answer("intervene", "ask");
    return "orchestrator/continue/0";
  },
  accept: async (house) => {
    await begin(house);
    await house.finish("a#1", OUTPUT);
    await house.answer("review", accepted);
    await house.answer("validate", rejected);
    return "orchestrator/accept/0";
  },
  resolve: async (house) => {
    await house.start(settings({}));
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

async function begin(house: PuppetHouse, more: Partial<RunSettings> = {}): Promise<void> {
  await house.start(settings(more));
  await house.answer("plan", { plan, faults: [] });
}

export const approvalDrive =
  (kind: QuestionKind): Drive =>
  async (house, { steps }) => {
    const approval = await asked[kind](house);
    for (const { event, snapshot } of steps) {
      if (event.type.startsWith("xstate.after")) await house.pass(approval, event.type);
      else if (event.type === "question.decide") {
        const word = event["word"] as Word;
        const { question } = house.contextOf<{ question: { digest: string } }>(approval);
        // The path is about a question of its own; what is shown here has its own digest.
        const digest = word.digest === digestOf(subject) ? question.digest : word.digest;
        await house.signal({ type: "question.decide", word: { ...word, digest } }, approval);
      }
      assertIn(house, approval, snapshot);
    }
  };
