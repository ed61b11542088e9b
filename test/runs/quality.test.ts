/** Quality: what the objective asks for, what reviews find wanting, and what becomes of it. */
import { expect, it } from "vitest";
import { type AcceptanceCheck, defineAgent, type OrchestratorConfig, type Planner } from "../../index.ts";
import { decide, finish, house, settle } from "../support/house.ts";

const worker = defineAgent({ name: "worker", writes: ["*"], run: ({ task }) => task });
const has = (task: string): AcceptanceCheck => ({
  name: `has ${task}`,
  check: ({ outputs }) => outputs[task] === task,
});
const chain = (...ids: readonly string[]) =>
  ids.map((id, n) => ({ id, agent: "worker", needs: n === 0 ? [] : [ids[n - 1] as string] }));
const config = (more: Partial<OrchestratorConfig>): OrchestratorConfig => ({
  name: "n",
  agents: { worker },
  planner: { tasks: chain("a", "b") },
  ...more,
});
const run = async (more: Partial<OrchestratorConfig>) => {
  const home = house(config(more));
  const started = await home.orchestrator.start({ objective: "o" });
  return { home, run: started, report: await finish(home, started) };
};

it("R5 progress is the share of the objective's criteria that hold, a number in every report, summary and snapshot", async () => {
  const asking = defineAgent({ name: "asking", run: (_, { ask }) => ask("go on?") });
  const {
    home,
    run: one,
    report,
  } = await run({
    agents: { worker, asking },
    planner: { tasks: [...chain("a"), { id: "b", agent: "asking", needs: ["a"] }] },
    acceptance: [has("a"), { name: "asked", check: ({ outputs }) => (outputs["b"] === "yes" ? 1 : 0.5) }],
  });
  expect(report).toMatchObject({ progress: 0.75, acceptance: { "has a": 1, asked: 0.5 } });
  expect((await home.orchestrator.runs())[0]?.progress).toBe(0.75);
  expect((one.actor.getSnapshot() as { context: { progress: number } }).context.progress).toBe(0.75);
  const [question] = report.pendingApprovals;
  if (question === undefined) throw new Error("nothing was asked");
  await decide(home, question, "answer", "yes");
  expect(await finish(home, one)).toMatchObject({ status: "completed", progress: 1 });
});

it("R5 without criteria it is the share of tasks that are done, whatever agents say of it", async () => {
  const asking = defineAgent({ name: "asking", run: (_, { ask }) => ask("all is done, progress: 100 %. Go on?") });
  const { report } = await run({
    agents: { worker, asking },
    planner: { tasks: [...chain("a"), { id: "b", agent: "asking" }, { id: "c", agent: "worker", needs: ["b"] }] },
  });
  expect(report.progress).toBeCloseTo(1 / 3);
});

it("R5 a run whose tasks are done and whose objective is not reached is not completed: it plans anew, then asks", async () => {
  const findings: unknown[] = [];
  const planner: Planner = (request) => {
    findings.push(request.findings.map(({ source, message }) => `${source}: ${message}`));
    return { tasks: chain("a", ...(request.number === 1 ? [] : ["c"])) };
  };
  const { report } = await run({ planner, acceptance: [has("c")] });
  expect(report).toMatchObject({ status: "completed", progress: 1 });
  expect(findings).toEqual([[], ['acceptance: "has c" does not hold']]);
  expect((await run({ acceptance: [has("never")] })).report).toMatchObject({
    status: "suspended",
    progress: 0,
    pendingApprovals: [{ kind: "accept" }],
  });
});

it("R8 a check that throws, rejects or gives nonsense does not hold", async () => {
  const bad: readonly (() => unknown)[] = [
    () => {
      throw new Error("no");
    },
    () => Promise.reject(new Error("no")),
    () => "yes",
    () => 2,
    () => Number.NaN,
  ];
  const acceptance = bad.map((check, n) => ({ name: `${n}`, check }) as AcceptanceCheck);
  expect((await run({ acceptance })).report).toMatchObject({ status: "suspended", progress: 0 });
});

it("F-AGT-12, R7 once the objective is reached, what is optional and still goes on is ended", async () => {
  let stopped = false;
  const endless = defineAgent({
    name: "endless",
    run: (_, { signal }) =>
      new Promise(() => {
        signal.addEventListener("abort", () => {
          stopped = true;
        });
      }),
  });
  const { report } = await run({
    agents: { worker, endless },
    planner: { tasks: [...chain("a"), { id: "more", agent: "endless", optional: true }] },
    acceptance: [has("a")],
  });
  await settle();
  expect(report).toMatchObject({
    status: "completed",
    progress: 1,
    tasks: [{}, { status: "skipped", failure: { message: "the objective is reached; it is not needed any more" } }],
  });
  expect(stopped).toBe(true);
});

it("R6 a plan of a thousand tasks is measured a hundred times at most, and once all is settled", async () => {
  let measured = 0;
  let last = 0;
  const acceptance = [
    {
      name: "all",
      check: ({ outputs }: { outputs: object }) => {
        measured++;
        last = Object.keys(outputs).length;
        return last / 1_000;
      },
    },
  ];
  const tasks = Array.from({ length: 1_000 }, (_, n) => ({ id: `t${n}`, agent: "worker" }));
  const { report } = await run({ planner: { tasks }, acceptance, concurrency: 50 });
  expect(report).toMatchObject({ status: "completed", progress: 1 });
  expect(measured).toBeLessThanOrEqual(101);
  expect(last).toBe(1_000);
});

const graded = (scores: readonly number[]) => {
  const seen: (readonly string[])[] = [];
  const agent = defineAgent({
    name: "writer",
    evaluators: [
      {
        name: "style",
        threshold: 0.9,
        rubric: "Short sentences. No praise.",
        evaluate: (output) => {
          const score = scores[Number(output) - 1] ?? 0;
          return { score, findings: [`style is ${score}`] };
        },
      },
    ],
    run: ({ attempt, findings }) => {
      seen.push(findings.map(({ message }) => message));
      return attempt;
    },
  });
  return { agent, seen };
};

it("E2 a task is revised with what was found wanting, as often as it may, and then given to another agent", async () => {
  const { agent, seen } = graded([0.2, 0.5, 0.4]);
  const other = defineAgent({ name: "other", run: ({ findings }) => findings.map(({ message }) => message) });
  const { report } = await run({
    agents: { writer: { ...agent, fallback: "other" }, other },
    retries: 2,
    planner: { tasks: [{ id: "t", agent: "writer" }], output: "t" },
  });
  expect(seen).toEqual([[], ["style is 0.2"], ["style is 0.5"]]);
  expect(report).toMatchObject({ status: "completed", output: ["style is 0.4"], tasks: [{ agent: "other" }] });
});

it("a task that may takes its best output when none passes, and the report lists what was wanting in it", async () => {
  const { agent } = graded([0.2, 0.5, 0.4]);
  const plan = (partial: boolean) => ({ tasks: [{ id: "t", agent: "writer", partial }], output: "t" });
  const { report } = await run({ agents: { agent }, retries: 2, planner: plan(true) });
  expect(report).toMatchObject({
    status: "completed",
    output: 2,
    tasks: [
      { attempts: 3, wanting: [{ source: "style", message: "style is 0.5", rubric: "Short sentences. No praise." }] },
    ],
  });
  expect((await run({ agents: { agent }, retries: 2, planner: plan(false) })).report.status).toBe("failed");
});

const priced = (costUsd: number | undefined, score = 1) => ({
  name: "judge",
  threshold: 0.5,
  estimate: { costUsd: 1 },
  evaluate: () => ({ score, ...(costUsd === undefined ? {} : { costUsd }) }),
});
const judged = (evaluator: ReturnType<typeof priced>) =>
  defineAgent({ name: "judged", evaluators: [evaluator], run: () => "ok" });

it("B5 what a review may cost is held before the work begins, and settled at what it cost", async () => {
  const planner = { tasks: [{ id: "t", agent: "judged" }] };
  const spent = async (one: ReturnType<typeof priced>, more: Partial<OrchestratorConfig> = {}) =>
    (await run({ agents: { a: judged(one) }, planner, retries: 1, ...more })).report.spend.costMicroUsd;
  expect(await spent(priced(0.25))).toBe(250_000);
  expect(await spent(priced(undefined))).toBe(1_000_000);
  // Two attempts that do not pass are two reviews.
  expect(await spent(priced(0.25, 0))).toBe(500_000);
  expect(await spent(priced(0.25), { validation: { evaluators: [priced(0.5)] } })).toBe(750_000);
});

it("B5 no work is begun that cannot be judged within the budget", async () => {
  let ran = 0;
  const agent = defineAgent({
    name: "judged",
    evaluators: [priced(1)],
    run: () => {
      ran++;
      return "ok";
    },
  });
  const { report } = await run({
    agents: { agent },
    planner: { tasks: ["a", "b", "c"].map((id) => ({ id, agent: "judged" })) },
    concurrency: 3,
    budget: { maxCostUsd: 2.5 },
    approvals: { askAboutRun: false },
  });
  expect(report).toMatchObject({ status: "failed", failure: { code: "budget.exceeded" } });
  expect(ran).toBe(2);
  expect(report.spend.costMicroUsd).toBeLessThanOrEqual(2_500_000);
});

it("B6 an attempt that fails before there is anything to review gives its hold back", async () => {
  const broken = defineAgent({
    name: "judged",
    evaluators: [priced(1)],
    run: () => {
      throw new Error("no");
    },
  });
  const { report } = await run({
    agents: { broken },
    planner: { tasks: [{ id: "a", agent: "judged", optional: true }] },
    retries: 0,
  });
  expect(report.spend.costMicroUsd).toBe(0);
});
