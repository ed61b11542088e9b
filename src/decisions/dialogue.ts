/**
 * Dialogue: what of all that was said is the model told now?
 *
 * D1  The prompt and the task come first, always and unchanged.
 * D2  Then the newest turns, each whole: a call is never without its answer, nor an answer without its call.
 * D3  When they no longer fit, the oldest go first, down to {@link ROOM} of the window, so that what the model is told
 *     stays the same for several turns. The last turn stays. In place of what is left out stands a note, or a summary.
 * D4  One answer of a tool takes a quarter of the window at most; it is cut in its middle, and says so.
 * D5  It is a function of the turns and the window: told again after a crash, it is the same to the letter.
 */
import type { Json } from "../contracts/json.ts";
import type { ModelMessage } from "../contracts/models.ts";
import type { Tokens } from "../contracts/units.ts";
import { dataBlock } from "./prompt.ts";
import { messageTokens, tokensOf } from "./tokens.ts";

/** What a turn adds to the dialogue: what the model said, and what it was answered. */
export interface Turn {
  readonly messages: readonly ModelMessage[];
}

export interface Dialogue {
  /** Prompt and task (D1). */
  readonly opening: readonly ModelMessage[];
  readonly turns: readonly Turn[];
  /** How many of the oldest turns are left out. */
  readonly dropped: number;
  /** What stands for them, where a model was asked to write it. */
  readonly summary?: string;
}

const ROOM = 0.6;
const SHARE = 0.25;
/** Names of the calls that were left out. */
const MOST_NAMED = 40;

/** What the model is told. */
export const messagesOf = ({ opening, turns, dropped, summary }: Dialogue): readonly ModelMessage[] => [
  ...opening,
  ...(dropped === 0 ? [] : [{ role: "user" as const, text: leftOut(turns.slice(0, dropped), summary) }]),
  ...turns.slice(dropped).flatMap(({ messages }) => messages),
];

/** What a dialogue says that it did not say before: turns, and what stands for those left out since. */
export function newIn(before: Dialogue | undefined, dialogue: Dialogue): readonly ModelMessage[] {
  if (before === undefined) return messagesOf(dialogue);
  const added = dialogue.turns.slice(before.turns.length).flatMap(({ messages }) => messages);
  if (dialogue.dropped === before.dropped) return added;
  return [...messagesOf(dialogue).slice(dialogue.opening.length, dialogue.opening.length + 1), ...added];
}

/** How many turns to leave out, so that it fits the window (D3); no fewer than before. */
export function dropFor(dialogue: Dialogue, window: Tokens): number {
  const { turns, dropped } = dialogue;
  const size = (from: number): Tokens =>
    messagesOf({ ...dialogue, dropped: from }).reduce((sum, one) => sum + messageTokens(one), 0);
  if (size(dropped) <= window) return dropped;
  let next = dropped;
  while (next < turns.length - 1 && size(next) > window * ROOM) next++;
  return next;
}

function leftOut(turns: readonly Turn[], summary: string | undefined): string {
  const said =
    summary === undefined
      ? dataBlock("calls of these turns", callsIn(turns))
      : dataBlock("summary of these turns", summary);
  return `${turns.length} earlier turns are left out here.\n${said}`;
}

/** What was called, and whether it worked; the last of them. */
function callsIn(turns: readonly Turn[]): Json {
  const messages = turns.flatMap((turn) => turn.messages);
  return messages
    .flatMap((one) => (one.role === "tool" ? [`${one.tool}: ${one.failed === true ? "failed" : "done"}`] : []))
    .slice(-MOST_NAMED);
}

/** The turns that `dropFor` adds to those left out, as a text to summarise. */
export const toSummarise = ({ turns, dropped, summary }: Dialogue, next: number): string =>
  [
    ...(summary === undefined ? [] : [dataBlock("earlier summary", summary)]),
    dataBlock("turns", turns.slice(dropped, next).flatMap(({ messages }) => messages) as unknown as Json),
  ].join("\n");

/** An answer of a tool, no larger than its share of the window (D4). */
export const fitted = (output: Json, window: Tokens): Json => cut(output, Math.floor(window * SHARE));

/** The beginning and the end of a text, and what is between them. */
const ends = (text: string, kept: number): string =>
  `${text.slice(0, kept)}\n[${text.length - 2 * kept} characters left out]\n${text.slice(text.length - kept)}`.toWellFormed();

/** A value of at most so many tokens, but for the note of what is left out. */
export function cut(output: Json, most: Tokens): Json {
  const text = typeof output === "string" ? output : JSON.stringify(output);
  const tokens = tokensOf(text);
  if (tokens <= most) return output;
  let kept = Math.floor((text.length * most) / tokens / 2);
  // What is kept may have more tokens to a character than the rest.
  while (kept > 0 && tokensOf(ends(text, kept)) > most) kept = Math.floor(kept * 0.8);
  return ends(text, kept);
}
