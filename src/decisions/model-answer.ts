/**
 * Model answer: what is to be done about what a model said?
 *
 * A1  Every reason to stop has its branch; one that is not known ends the attempt (F-MOD-07).
 * A2  Calls come out of whole answers only: none of an answer that was cut off, refused or filtered (F-MOD-03).
 * A3  A call whose arguments cannot be read, or whose id another call of the same answer has, is never made (F-MOD-05,
 *     F-MOD-09). Providers do use an id again in a later answer: there the call gets another one.
 * A4  Nothing but white space is no answer (F-MOD-06).
 * A5  However many calls there are, each is one of its own; beyond {@link MOST_CALLS} none is made (F-MOD-10).
 */
import type { Json } from "../contracts/json.ts";
import type { ModelAnswer, ModelToolCall } from "../contracts/models.ts";
import { parseStrict } from "./strict-json.ts";

/** A call of a model, read. `id` is unique in the attempt. */
export interface ReadCall {
  readonly id: string;
  /** As the model named it. */
  readonly tool: string;
  readonly args: Json;
  /** What is wrong with it. Then it is not made. */
  readonly fault?: string;
}

export type ReadAnswer =
  /** The model has said what it has to say. */
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "calls"; readonly text: string; readonly calls: readonly ReadCall[] }
  /** The model goes on where it stopped, when it is asked again. */
  | { readonly kind: "paused"; readonly text: string }
  /** Of no use; the model may be told so, once. */
  | { readonly kind: "unusable"; readonly text: string; readonly complaint: string; readonly isTooLong?: true }
  | { readonly kind: "refused"; readonly reason: string };

export const MOST_CALLS = 128;
const MOST_NAME = 200;

export function readAnswer(answer: ModelAnswer, used: ReadonlySet<string>): ReadAnswer {
  const text = answer.text.trim();
  switch (answer.stop) {
    case "answered":
    case "tools":
      if (answer.calls.length > MOST_CALLS) return tooMany(answer, text);
      if (answer.calls.length > 0) return { kind: "calls", text, calls: readCalls(answer.calls, used) };
      return text === "" ? empty : { kind: "answer", text };
    case "empty":
      return empty;
    case "paused":
      return { kind: "paused", text };
    case "length":
      return unusable(
        text,
        "was cut off at the most it may say. Nothing of it was done. Say it shorter, with fewer calls",
      );
    case "truncated":
      return unusable(text, "broke off before its end. Nothing of it was done. Say it again");
    case "context":
      return {
        ...unusable(text, "did not fit beside what was said before. Earlier turns are left out now"),
        isTooLong: true,
      };
    case "refused":
      return {
        kind: "refused",
        reason: text === "" ? "the model refuses" : `the model refuses: ${text.slice(0, MOST_NAME)}`,
      };
    case "unknown":
      return { kind: "refused", reason: "the model stopped for a reason that is not known" };
  }
}

const unusable = (text: string, complaint: string): Extract<ReadAnswer, { readonly kind: "unusable" }> => ({
  kind: "unusable",
  text,
  complaint: `Your last answer ${complaint}.`,
});

const empty = unusable("", "was empty. Call a tool, or give the result");

const tooMany = ({ calls }: ModelAnswer, text: string): ReadAnswer =>
  unusable(text, `has ${calls.length} calls, and none of them was made: ${MOST_CALLS} is the most for one turn`);

function readCalls(calls: readonly ModelToolCall[], used: ReadonlySet<string>): readonly ReadCall[] {
  const seen = new Set<string>();
  // A name that is made up is nobody else's, those that come after it included.
  const named = new Set([...used, ...calls.map(({ id }) => id)]);
  return calls.map((call) => {
    const isTaken = seen.has(call.id) || call.id === "";
    // In what the model is shown of it, each call has an id of its own: its answer must find it.
    const id = isTaken || used.has(call.id) ? unused(named) : call.id;
    seen.add(call.id);
    const read = parseStrict(call.arguments.trim() === "" ? "{}" : call.arguments);
    const tool = call.tool.slice(0, MOST_NAME).toWellFormed();
    if (isTaken)
      return {
        id,
        tool,
        args: null,
        fault: `the id ${JSON.stringify(call.id.slice(0, MOST_NAME))} was used twice; each call needs its own`,
      };
    if (read.kind === "invalid") return { id, tool, args: null, fault: `the arguments cannot be read: ${read.reason}` };
    return { id, tool, args: read.value };
  });
}

function unused(named: Set<string>): string {
  let number = named.size;
  while (named.has(`call-${number}`)) number++;
  named.add(`call-${number}`);
  return `call-${number}`;
}
