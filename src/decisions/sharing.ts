/**
 * Sharing: an agent's read or write of the blackboard, within its scope.
 */
import type { Author, Conflict, Vote, Write } from "../contracts/blackboard.ts";
import type { Command } from "../contracts/commands.ts";
import { ORCHESTRATOR } from "../contracts/ids.ts";
import type { Json } from "../contracts/json.ts";
import type { Labels, Tracked } from "../contracts/labels.ts";
import type { ActResult } from "../contracts/tools.ts";
import { type Blackboard, entryOf, inScope, write } from "./blackboard.ts";
import { openConflict } from "./conflict-case.ts";
import { OUTSIDE, TRUSTED, tracked, UNKNOWN } from "./labels.ts";
import { noteRead } from "./provenance.ts";
import type { Moment, Reaction, RunState, Wish } from "./run-state.ts";

import { lineageOf } from "./vote.ts";

type BoardWish = Wish & { readonly kind: "board" };

export function share(state: RunState, wish: BoardWish, moment: Moment): Reaction {
  const { act, attempt } = wish;
  const grant = state.settings.agents.find((agent) => agent.name === attempt.agent);
  const outside = outsideOf(wish);
  if (outside !== undefined) return answer(state, wish, outside);
  if (act.kind === "read") {
    if (!inScope(grant?.reads ?? [], act.key)) return answer(state, wish, denied(attempt.agent, "read", act.key));
    return readEntry(state, wish, entryOf(state.board, act.key));
  }
  if (act.kind !== "write") return answer(state, wish, denied(attempt.agent, act.kind, ""));
  if (!inScope(grant?.writes ?? [], act.key)) return answer(state, wish, denied(attempt.agent, "write", act.key));
  const author: Author = { agent: attempt.agent, task: attempt.task, actor: attempt.actor };
  const { key, value, expect } = act;
  // Named one by one: an act is the agent's word, and its labels are not.
  const asked: Write = {
    key,
    value,
    ...(expect === undefined ? {} : { expect }),
    ...(wish.labels === undefined ? {} : { labels: wish.labels }),
  };
  const decision = write(state.board, asked, author, moment.at, moment.seq);
  if (decision.kind === "written") return answer({ ...state, board: decision.board }, wish, completed(decision.entry));
  const refused: ActResult = {
    kind: "refused",
    rule: "board.version",
    failure: { code: "board.conflict", message: `${decision.reason}; read it again` },
  };
  if (decision.conflict === undefined) return answer(state, wish, refused);
  // Named after the act: several wishes may be decided at one place of the journal.
  const told = answer(state, wish, refused);
  const opened = openConflict(
    told.state,
    { id: `${act.key}@${wish.id}`, ...withVotes(state, decision.conflict) },
    moment,
  );
  const [ruling, ...effects] = opened.commands;
  return { state: opened.state, commands: [ruling as Command, ...told.commands, ...effects] };
}

/** The two writers stand behind what they wrote. */
function withVotes({ settings }: RunState, conflict: Omit<Conflict, "id">): Omit<Conflict, "id"> {
  const vote = (side: Vote["side"]): Vote => {
    const { agent } = conflict[side].author;
    const grant = settings.agents.find(({ name }) => name === agent);
    return { agent, side, lineage: grant === undefined ? agent : lineageOf(grant) };
  };
  return { ...conflict, votes: [vote("kept"), vote("refused")] };
}

function readEntry(state: RunState, wish: BoardWish, entry: Blackboard[string] | undefined): Reaction {
  if (entry === undefined) return answer(state, wish, completed(entry));
  const { key, version, author, labels = tracked(UNKNOWN, `entry ${entry.key}`) } = entry;
  const what = { kind: "entry", key, version } as const;
  const read = noteRead(state, wish.attempt.position, { by: wish.agent, author: author.actor, what });
  return answer(read, wish, completed(entry), labels);
}

/** What the application tells the run stands on the blackboard, as `signals/<name>`. */
export function noteSignal(
  state: RunState,
  { name, data, labels }: { readonly name: string; readonly data: Json; readonly labels?: Labels },
  { at, seq }: Moment,
): RunState {
  const author: Author = { agent: "application", task: "application", actor: ORCHESTRATOR };
  const marks = state.flow === undefined ? {} : { labels: tracked(labels ?? OUTSIDE, `signal ${name}`) };
  const signalled: Write = { key: `signals/${name}`, value: data, ...marks };
  const decision = write(state.board, signalled, author, at, seq);
  return decision.kind === "written" ? { ...state, board: decision.board } : state;
}

const completed = (entry: Blackboard[string] | undefined): ActResult => ({
  kind: "completed",
  value: (entry ?? null) as unknown as Json,
});

/** In a delegated task less may be within reach than its agent is granted. */
function outsideOf({ act, attempt }: BoardWish): ActResult | undefined {
  if (attempt.authority === undefined || (act.kind !== "read" && act.kind !== "write")) return undefined;
  if (inScope(act.kind === "read" ? attempt.authority.reads : attempt.authority.writes, act.key)) return undefined;
  const message = `task "${attempt.task}" was not given leave to ${act.kind} "${act.key}"`;
  return { kind: "refused", rule: "delegation.authority", failure: { code: "board.denied", message } };
}

const denied = (agent: string, verb: string, key: string): ActResult => ({
  kind: "refused",
  rule: `board.${verb}`,
  failure: { code: "board.denied", message: `agent "${agent}" may not ${verb} "${key}"; add it to its ${verb}s` },
});

function answer(state: RunState, wish: BoardWish, result: ActResult, labels: Tracked = TRUSTED): Reaction {
  const carried = state.flow === undefined ? {} : { labels: labels as unknown as Json };
  const told: Command = {
    type: "tell",
    params: {
      to: wish.agent,
      event: { type: "act.settled", n: wish.n, result: result as unknown as Json, ...carried },
    },
  };
  if (result.kind !== "refused") return { state, commands: [told] };
  const ruling: Command = {
    type: "record",
    params: { rule: result.rule, verdict: "refused", reason: result.failure.message, data: { act: wish.id } },
  };
  return { state, commands: [ruling, told] };
}
