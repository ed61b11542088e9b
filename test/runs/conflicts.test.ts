/** Contradictory answers: how they are found, who settles them, and what waits meanwhile. */
import { describe, expect, it } from "vitest";
import { type ConflictRules, defineAgent, type OrchestratorConfig } from "../../index.ts";
import { decide, finish, house, journalOf, settle } from "../support/house.ts";

interface Voter {
  readonly says: unknown;
  readonly model?: string;
  readonly family?: string;
  readonly fails?: boolean;
}

/** Agents that each answer one question, the later ones as cross-checks of the first, and one that uses the answer. */
function poll(
  voters: readonly Voter[],
  conflicts: ConflictRules = {},
  more: Partial<OrchestratorConfig> = {},
): OrchestratorConfig {
  const agents = voters.map(({ says, fails, model, family }, n) =>
    defineAgent({
      name: `v${n}`,
      ...(model === undefined ? {} : { model }),
      ...(family === undefined ? {} : { family }),
      run: () => {
        if (fails === true) throw new Error("no answer");
        return says;
      },
    }),
  );
  const user = defineAgent({ name: "user", run: ({ inputs }) => `used ${inputs["answer"]}` });
  return {
    name: "n",
    agents: Object.fromEntries([...agents, user].map((agent) => [agent.name, agent])),
    retries: 0,
    conflicts,
    planner: {
      tasks: [
        ...voters.map((_, n) => ({
          id: `t${n}`,
          agent: `v${n}`,
          ...(n === 0 ? {} : { crossCheck: "t0", optional: true }),
        })),
        { id: "use", agent: "user", needs: { answer: "t0" } },
      ],
      output: "use",
    },
    ...more,
  };
}

const outcome = async (config: OrchestratorConfig) => {
  const home = house(config);
  const run = await home.orchestrator.start({ objective: "o" });
  const report = await finish(home, run);
  return { home, run, report, resolution: report.conflicts[0]?.resolution };
};
const says = (...answers: readonly unknown[]): readonly Voter[] => answers.map((one) => ({ says: one }));

describe("F-ORC-11", () => {
  it("F-ORC-11, C4 answers that are the same are no conflict", async () => {
    const { report } = await outcome(poll(says({ a: 1, b: 2 }, { b: 2, a: 1 })));
    expect(report).toMatchObject({ status: "completed", conflicts: [] });
  });

  it("F-ORC-11, C4 answers that differ open a conflict with every side, its author and who stands behind it", async () => {
    const { report } = await outcome(poll(says("fit", "unfit", "fit")));
    expect(report.conflicts).toMatchObject([
      {
        kind: "answer",
        key: "t0",
        kept: { value: "fit", author: { agent: "v0", task: "t0" } },
        refused: { value: "unfit", author: { agent: "v1" } },
        claims: [{ path: "", kept: "fit", refused: "unfit" }],
        resolution: { rule: "conflict.vote", winner: "kept", votes: { kept: 2, refused: 1, cast: 3, effective: 3 } },
      },
    ]);
    expect(report.output).toBe("used fit");
  });

  it("F-ORC-11 the side that wins is what later tasks are given; the other stays on record", async () => {
    const { report } = await outcome(poll(says("fit", "unfit", "unfit")));
    expect(report.output).toBe("used unfit");
    expect(report.conflicts[0]).toMatchObject({ kept: { value: "fit" }, resolution: { winner: "refused" } });
  });

  it("C4 what fails to answer has no vote, and the rest are compared all the same", async () => {
    const { report } = await outcome(poll([...says("fit", "unfit", "unfit"), { says: "fit", fails: true }]));
    expect(report).toMatchObject({ status: "completed", output: "used unfit" });
  });

  it("C5 nothing that needs the answer begins before it is settled, not even the run's end", async () => {
    const { home, run, report } = await outcome(poll(says("fit", "unfit")));
    expect(report).toMatchObject({
      status: "suspended",
      state: "awaiting-human",
      pendingApprovals: [{ kind: "resolve" }],
    });
    expect(report.tasks.at(-1)?.status).toBe("waiting");
    const states = async () => (await run.report()).state;
    await settle();
    expect(await states()).toBe("awaiting-human");
    const [question] = report.pendingApprovals;
    if (question === undefined) throw new Error("nothing was asked");
    expect(question.subject).toMatchObject({ kept: { value: "fit" }, refused: { value: "unfit" } });
    expect(await decide(home, question, "answer", "both")).toMatchObject({ accepted: false, code: "value.invalid" });
    expect(await decide(home, question, "answer", "refused", "olga")).toEqual({ accepted: true });
    const after = await finish(home, run);
    expect(after).toMatchObject({ status: "completed", output: "used unfit" });
    expect(after.conflicts[0]?.resolution).toMatchObject({ rule: "conflict.person", reason: "olga decided" });
  });

  it("O3 with nobody to ask the first stands, and the record says that nobody decided", async () => {
    const { report, resolution } = await outcome(poll(says("fit", "unfit"), {}, { approvals: { askAboutRun: false } }));
    expect(report).toMatchObject({ status: "completed", output: "used fit" });
    expect(resolution?.rule).toBe("conflict.unresolved");
  });

  it("O3 an open conflict survives a crash, and holds the run afterwards too", async () => {
    const config = poll(says("fit", "unfit"));
    const { home, run, report } = await outcome(config);
    const again = house(config, { store: home.store, time: home.time });
    const resumed = await again.orchestrator.resume(run.id);
    expect((await finish(again, resumed)).state).toBe("awaiting-human");
    const [question] = report.pendingApprovals;
    if (question === undefined) throw new Error("nothing was asked");
    await decide(again, question, "approve");
    expect(await finish(again, resumed)).toMatchObject({ status: "completed", output: "used fit" });
  });
});

describe("the order of rules", () => {
  const unfitHolds = { check: (value: unknown) => value === "unfit" };

  it("what a machine can check comes before authority, authority before the vote", async () => {
    const voters = says("fit", "unfit", "fit");
    const byCheck = await outcome(poll(voters, { ...unfitHolds, authority: ["v0"] }));
    expect(byCheck.resolution).toMatchObject({ rule: "conflict.check", winner: "refused" });
    const byAuthority = await outcome(poll(voters, { authority: ["v1", "v0"] }));
    expect(byAuthority.resolution).toMatchObject({ rule: "conflict.authority", winner: "refused" });
    const byVote = await outcome(poll(voters));
    expect(byVote.resolution).toMatchObject({ rule: "conflict.vote", winner: "kept" });
  });

  it("a check that passes both, neither, or throws, decides nothing", async () => {
    const checks = [
      () => true,
      () => false,
      () => {
        throw new Error("broken");
      },
    ];
    for (const check of checks)
      expect((await outcome(poll(says("fit", "unfit", "fit"), { check }))).resolution?.rule).toBe("conflict.vote");
  });

  it("voters of one model and prompt family count once: three of them do not outvote two others", async () => {
    const clone = { says: "fit", model: "m", family: "f" };
    const { resolution } = await outcome(poll([clone, clone, clone, ...says("unfit", "unfit")]));
    expect(resolution).toMatchObject({ winner: "refused", votes: { kept: 1, refused: 2, cast: 5, effective: 3 } });
  });

  it("a tie, or a vote below its quorum, goes to the judge", async () => {
    const judge = {
      name: "judge",
      decide: () => ({ winner: "refused" as const, rule: "by-reading", reason: "read both" }),
    };
    expect((await outcome(poll(says("fit", "unfit"), { judge }))).resolution?.rule).toBe("by-reading");
    expect((await outcome(poll(says("fit", "unfit", "fit"), { judge, quorum: 9 }))).resolution?.rule).toBe(
      "by-reading",
    );
  });

  it("a judge who wrote one of the sides is not asked; one that fails, or names nobody, has not decided", async () => {
    const asked: string[] = [];
    const partial = {
      name: "v1",
      decide: () => {
        asked.push("v1");
        return { winner: "refused" as const, rule: "mine", reason: "" };
      },
    };
    expect((await outcome(poll(says("fit", "unfit"), { judge: partial }))).report.state).toBe("awaiting-human");
    expect(asked).toEqual([]);
    for (const bad of [() => Promise.reject(new Error("no")), () => ({ winner: "me" }), () => null] as never[]) {
      const { report } = await outcome(poll(says("fit", "unfit"), { judge: { name: "judge", decide: bad } }));
      expect(report.state).toBe("awaiting-human");
    }
  });

  it("two writers of one key go the same way; by default the first stands and nobody is asked", async () => {
    const writer = (name: string, value: string) =>
      defineAgent({
        name,
        writes: ["k"],
        run: (_, { write }) =>
          write("k", value, { expect: 0 }).then(
            () => 1,
            () => 0,
          ),
      });
    const config = (conflicts: ConflictRules): OrchestratorConfig => ({
      name: "n",
      agents: { a: writer("a", "fit"), b: writer("b", "unfit") },
      conflicts,
      planner: {
        tasks: [
          { id: "one", agent: "a" },
          { id: "two", agent: "b" },
        ],
      },
    });
    const rule = async (conflicts: ConflictRules) => (await outcome(config(conflicts))).resolution?.rule;
    expect(await rule({})).toBe("conflict.first-writer");
    expect(await rule(unfitHolds)).toBe("conflict.check");
    expect(await rule({ authority: ["b"] })).toBe("conflict.authority");
    expect(await rule({ weights: { b: 3 } })).toBe("conflict.vote");
    const asking = await outcome(config({ asksPeople: true }));
    expect(asking.report).toMatchObject({ state: "awaiting-human", pendingApprovals: [{ kind: "resolve" }] });
  });
});

it("C6 long texts are not averaged: what only one of them says is listed, for whoever decides", async () => {
  const shared =
    "The package is widely used and kept up well by a team of four. Its licence is MIT, and has been for years.";
  const { report } = await outcome(poll(says(`${shared} It has no tests.`, `${shared} It has many tests.`)));
  expect(report.conflicts[0]?.claims).toEqual([
    { path: "", kept: "It has no tests." },
    { path: "", refused: "It has many tests." },
  ]);
  expect(report.pendingApprovals[0]?.subject).toMatchObject({ claims: [{ kept: "It has no tests." }, {}] });
});

it("every step of a conflict is on record: opened, counted, decided", async () => {
  const { run } = await outcome(poll(says("fit", "unfit", "fit")));
  const rules = (await journalOf(run)).flatMap(({ ruled }) => ruled).filter(({ rule }) => rule.startsWith("conflict."));
  expect(rules).toMatchObject([
    { rule: "conflict.opened", verdict: "open" },
    { rule: "conflict.vote", verdict: "kept", data: { votes: { effective: 3 } } },
  ]);
});
