import { describe, expect, it } from "vitest";
import type { Act } from "../../src/contracts/acts.ts";
import type { Labels, Tracked } from "../../src/contracts/labels.ts";
import { OUTSIDE, TRUSTED, tracked, UNKNOWN } from "../../src/decisions/labels.ts";
import type { Reaction, RunState } from "../../src/decisions/run-state.ts";
import { noteSignal, share } from "../../src/decisions/sharing.ts";
import { at, boardOf, grantOf, planOf, runningRun, writeOf } from "../support/runs.ts";

const agents = [grantOf("ann", { reads: ["notes/*"], writes: ["notes/*"] }), grantOf("bob", { writes: ["*"] })];
const run = runningRun(planOf("a", "b"), { agents });

const shared = (state: RunState, id: string, act: Act, agent = "ann", seq = 7): Reaction =>
  share(state, boardOf(id, act, { agent }) as Parameters<typeof share>[1], at(5, seq));
const answerOf = ({ commands }: Reaction): unknown => {
  const told = commands.find((command) => command.type === "tell");
  return told?.type === "tell" ? [told.params.to, told.params.event["n"], told.params.event["result"]] : undefined;
};

const written = shared(run, "a#1/0", writeOf("notes/x", 1));

describe("reads and writes", () => {
  it("K1 writes with author, time and version, and tells the writer", () => {
    const entry = {
      key: "notes/x",
      version: 1,
      value: 1,
      author: { agent: "ann", task: "a", actor: "a#1" },
      at: 5,
    };
    expect(written.state.board["notes/x"]).toEqual(entry);
    expect(answerOf(written)).toEqual(["a#1", 0, { kind: "completed", value: entry }]);
    expect(written.commands).toHaveLength(1);
  });

  it("K3 reads what is in scope, and null for what is not there", () => {
    const read = (key: string) => shared(written.state, "a#1/1", { kind: "read", key });
    expect(answerOf(read("notes/x"))).toMatchObject(["a#1", 1, { kind: "completed", value: { version: 1 } }]);
    expect(answerOf(read("notes/toString"))).toEqual(["a#1", 1, { kind: "completed", value: null }]);
    expect(read("notes/x").state.board).toBe(written.state.board);
  });

  it.each([
    ["read", { kind: "read", key: "secret" } as Act, "ann"],
    ["write", writeOf("secret", 1), "ann"],
    ["read", { kind: "read", key: "secret" } as Act, "bob"],
    ["write", writeOf("notes/x", 1), "eve"],
    ["read", { kind: "read", key: "notes/x" } as Act, "eve"],
  ])("K3 refuses a %s out of scope, and changes nothing", (verb, act, agent) => {
    const reaction = shared(run, "a#1/0", act, agent);
    expect(reaction.state).toBe(run);
    expect(answerOf(reaction)).toMatchObject(["a#1", 0, { kind: "refused", rule: `board.${verb}` }]);
    expect(reaction.commands[0]).toMatchObject({
      type: "record",
      params: { rule: `board.${verb}`, verdict: "refused", data: { act: "a#1/0" } },
    });
  });

  it("K3 refuses an act that is neither", () => {
    const reaction = shared(run, "a#1/0", { kind: "ask", question: "?" });
    expect(answerOf(reaction)).toMatchObject(["a#1", 0, { rule: "board.ask", failure: { code: "board.denied" } }]);
  });
});

describe("conflicts", () => {
  const stale = writeOf("notes/x", 2, 0);

  it("K4 opens a conflict with both sides, tells the writer, and has it resolved", () => {
    const reaction = shared(written.state, "b#1/3", stale, "bob");
    const [conflict] = reaction.state.conflicts;
    expect(conflict).toEqual({
      id: "notes/x@b#1/3",
      key: "notes/x",
      kept: { author: { agent: "ann", task: "a", actor: "a#1" }, value: 1, version: 1 },
      refused: { author: { agent: "bob", task: "b", actor: "b#1" }, value: 2 },
      opened: 7,
      votes: [
        { agent: "ann", side: "kept", lineage: "ann" },
        { agent: "bob", side: "refused", lineage: "bob" },
      ],
    });
    expect(reaction.state.board).toBe(written.state.board);
    expect(reaction.commands.map(({ type }) => type)).toEqual(["record", "record", "tell", "perform"]);
    expect(reaction.commands[0]).toMatchObject({
      params: { rule: "conflict.opened", data: { conflict: conflict?.id } },
    });
    expect(reaction.commands[3]).toEqual({
      type: "perform",
      params: { key: "conflict/notes/x@b#1/3", effect: "read", src: "resolve", input: conflict },
    });
    expect(answerOf(reaction)).toMatchObject([
      "b#1",
      3,
      { rule: "board.version", failure: { code: "board.conflict" } },
    ]);
  });

  it("C3 gives conflicts of one place in the journal an id each", () => {
    const first = shared(written.state, "b#1/3", stale, "bob");
    const second = shared(first.state, "b#1/4", stale, "bob");
    expect(new Set(second.state.conflicts.map(({ id }) => id)).size).toBe(2);
  });

  it("K2 tells of an old version without a conflict where the values agree", () => {
    const reaction = shared(written.state, "b#1/3", writeOf("notes/x", 1, 0), "bob");
    expect(reaction.state.conflicts).toEqual([]);
    expect(reaction.commands.map(({ type }) => type)).toEqual(["record", "tell"]);
    expect(answerOf(reaction)).toMatchObject([
      "b#1",
      3,
      { failure: { message: expect.stringContaining("read it again") } },
    ]);
  });
});

describe("noteSignal", () => {
  it("puts what the application says on the blackboard, in its own name, again and again", () => {
    const once = noteSignal(run, { name: "paid", data: { sum: 1 } }, at(5));
    const twice = noteSignal(once, { name: "paid", data: { sum: 2 } }, at(6));
    expect(twice.board["signals/paid"]).toEqual({
      key: "signals/paid",
      version: 2,
      value: { sum: 2 },
      author: { agent: "application", task: "application", actor: "orchestrator" },
      at: 6,
    });
  });
});

describe("labels", () => {
  const labelled = runningRun(planOf("a", "b"), { agents, flow: {} });
  const toldOf = ({ commands }: Reaction): unknown => {
    const told = commands.find((command) => command.type === "tell");
    return told?.type === "tell" ? told.params.event["labels"] : undefined;
  };
  const mail = tracked(OUTSIDE, "inbox", "a#1/0");
  const wish = (act: Act, labels: Tracked = mail) =>
    ({ ...boardOf("a#1/0", act, { agent: "ann" }), labels }) as Parameters<typeof share>[1];
  const write = share(labelled, wish(writeOf("notes/x", 1)), at(5, 7));

  it("I-F1 an entry carries what its writer had heard, and whoever reads it hears that", () => {
    expect(write.state.board["notes/x"]?.labels).toBe(mail);
    expect(toldOf(write)).toEqual(TRUSTED);
    expect(toldOf(share(write.state, wish({ kind: "read", key: "notes/x" }), at(6, 8)))).toBe(mail);
    expect(toldOf(share(write.state, wish({ kind: "read", key: "notes/y" }), at(6, 8)))).toEqual(TRUSTED);
  });

  it("I-F1 no agent labels its own entry", () => {
    const forged = Object.assign(writeOf("notes/x", 1), { labels: TRUSTED });
    expect(share(labelled, wish(forged), at(5, 7)).state.board["notes/x"]?.labels).toBe(mail);
    expect(share(run, boardOf("a#1/0", forged) as never, at(5, 7)).state.board["notes/x"]).not.toHaveProperty("labels");
  });

  it("I-P2 an entry without labels is what nobody can vouch for", () => {
    const { labels: _, ...bare } = write.state.board["notes/x"] ?? {};
    const state = { ...write.state, board: { "notes/x": bare } } as unknown as RunState;
    expect(toldOf(share(state, wish({ kind: "read", key: "notes/x" }), at(6, 8)))).toMatchObject(UNKNOWN);
  });

  it("I-F1 a signal is untrusted, and for all to read, unless the application says more", () => {
    const noted = (labels?: Labels) =>
      noteSignal(labelled, { name: "go", data: 1, ...(labels === undefined ? {} : { labels }) }, at(5, 7)).board[
        "signals/go"
      ]?.labels;
    expect(noted()).toEqual(tracked(OUTSIDE, "signal go"));
    expect(noted(TRUSTED)).toEqual(TRUSTED);
  });
});
