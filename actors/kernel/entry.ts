/** Entry: one journal entry as text and back. Large payloads go to the blob store; the text keeps their digest. */

import { RuntimeError } from "../../src/contracts/errors.ts";
import type { ActorId, Digest, EffectKey, RunId } from "../../src/contracts/ids.ts";
import {
  type Answer,
  FIRST_EPOCH,
  type Input,
  type InputKind,
  type JournalEntry,
  type Message,
  type Principal,
  type Reply,
  type Ruling,
  type StoredEntry,
} from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { Blob, BlobPort, HashPort } from "../../src/contracts/ports.ts";
import type { ActResult, EffectClass, Executed } from "../../src/contracts/tools.ts";
import type { Epoch, Seq, Timestamp } from "../../src/contracts/units.ts";
import type { Moment } from "../../src/decisions/run-state.ts";
import type { Step } from "./step.ts";

/** Payload texts longer than this are kept apart. */
const INLINE = 32_768;

/**
 * The text of an entry. Half of a journal would be names of fields, so the text says them shorter than the entry does:
 * moves, intents and replies are lists, outcomes and answers have no event around them, where an outcome goes is seen
 * from its key, and a request is always an act.
 */
interface EntryText {
  readonly seq?: Seq | undefined;
  readonly epoch?: Epoch | undefined;
  readonly at?: Timestamp | undefined;
  readonly kind?: InputKind | undefined;
  readonly to?: ActorId | undefined;
  readonly key?: EffectKey | undefined;
  readonly by?: Principal | undefined;
  /** Of a start, a signal, a timer. */
  readonly event?: Message | undefined;
  /** Of a request: which act, and what. */
  readonly n?: Json | undefined;
  readonly act?: Json | undefined;
  /** Of an outcome. */
  readonly output?: Json | undefined;
  readonly failure?: Json | undefined;
  readonly moved?: readonly (readonly string[])[] | undefined;
  readonly ruled?: readonly Ruling[] | undefined;
  readonly answered?: readonly AnswerText[] | undefined;
  readonly intents?: readonly (readonly [EffectKey, string, EffectClass])[] | undefined;
  readonly replies?: readonly (readonly [ActorId, number] | readonly [ActorId, number, ActResult])[] | undefined;
  /** Digests of payloads kept apart: of the event, and of answers by place. */
  readonly blobs?:
    | { readonly input?: Digest | undefined; readonly answered?: { readonly [place: string]: Digest } }
    | undefined;
}

interface AnswerText {
  readonly key: EffectKey;
  readonly output?: Json;
  readonly failure?: Json;
}

type EventText = Pick<EntryText, "event" | "n" | "act" | "output" | "failure">;

function eventText({ kind, event }: Input): EventText {
  if (kind === "request" && event.type === "act.proposed") return { n: event["n"] ?? null, act: event["act"] ?? null };
  if (event.type === "effect.done") return { output: event["output"] ?? null };
  if (event.type === "effect.failed") return { failure: event["failure"] ?? null };
  return { event };
}

/** Requests and outcomes are known by what they carry. A payload that is kept apart says its kind. */
const kindOf = ({ act, output, failure }: EventText): InputKind | undefined =>
  act !== undefined ? "request" : output !== undefined || failure !== undefined ? "outcome" : undefined;

function eventOf({ event, n, act, output, failure }: EventText): Message {
  if (act !== undefined) return { type: "act.proposed", n: n ?? null, act };
  if (output !== undefined) return { type: "effect.done", output };
  if (failure !== undefined) return { type: "effect.failed", failure };
  return event ?? { type: "" };
}

const answerText = ({ key, event }: Answer): AnswerText =>
  event.type === "effect.failed"
    ? { key, failure: event["failure"] ?? null }
    : { key, output: event["output"] ?? null };

const answerOf = ({ key, output, failure }: AnswerText): Answer => ({
  key,
  event: failure === undefined ? { type: "effect.done", output: output ?? null } : { type: "effect.failed", failure },
});

/** The actor an outcome goes to: its key without the kind and the round. */
const addresseeOf = (key: EffectKey): ActorId =>
  key.slice(0, Math.max(0, key.lastIndexOf("/", key.lastIndexOf("/") - 1)));

export interface Written {
  readonly body: string;
  readonly blobs: readonly Blob[];
}

/** The list as it is written; nothing for an empty one. */
const some = <T, Text>(list: readonly T[], write: (one: T) => Text): readonly Text[] | undefined =>
  list.length === 0 ? undefined : list.map(write);

export function writeEntry(input: Input, step: Step, moment: Moment, epoch: Epoch, sha256: HashPort): Written {
  const carried = eventText(input);
  const { moved, ruled, answered, intents, replies } = consequencesOf(step);
  const text: EntryText = {
    seq: moment.seq,
    epoch: epoch === FIRST_EPOCH ? undefined : epoch,
    at: moment.at,
    kind: kindOf(carried) === input.kind ? undefined : input.kind,
    to: input.key !== undefined && addresseeOf(input.key) === input.to ? undefined : input.to,
    key: input.key,
    by: input.by,
    event: carried.event,
    n: carried.n,
    act: carried.act,
    output: carried.output,
    failure: carried.failure,
    moved,
    ruled,
    answered,
    intents,
    replies,
  };
  const body = JSON.stringify(text);
  return body.length <= INLINE ? { body, blobs: [] } : apart(text, sha256);
}

type ConsequencesText = Pick<EntryText, "moved" | "ruled" | "answered" | "intents" | "replies">;

/** What a step caused, as it stands in the text; also what a replay is compared with. What is undefined is not written. */
export const consequencesOf = (step: Step): ConsequencesText => ({
  moved: some(step.moved, ({ actor, path }) => [actor, ...path]),
  ruled: some(step.ruled, (ruling) => ruling),
  answered: some(step.answered, answerText),
  intents: some(step.intents, ({ key, src, effect }) => [key, src, effect]),
  replies: some(step.replies, ({ to, n, result }) => (result === undefined ? [to, n] : [to, n, result])),
});

function apart(text: EntryText, sha256: HashPort): Written {
  const blobs: Blob[] = [];
  const put = (value: Json): Digest => {
    const body = JSON.stringify(value);
    const digest = sha256(body);
    blobs.push({ digest, body });
    return digest;
  };
  const isLarge = (value: Json): boolean => JSON.stringify(value).length > INLINE / 4;
  const kept: Record<string, Digest> = {};
  const answered = text.answered?.map((answer, place) => {
    if (answer.output === undefined || !isLarge(answer.output)) return answer;
    kept[place] = put(answer.output);
    return { key: answer.key };
  });
  const { event, n, act, output, failure, ...rest } = text;
  const input: EventText = { event, n, act, output, failure };
  const large = isLarge(input as Json) ? put(input as Json) : undefined;
  const body: EntryText = {
    ...rest,
    ...(large === undefined ? input : { kind: text.kind ?? kindOf(input) ?? "late" }),
    ...(answered === undefined ? {} : { answered }),
    blobs: { ...(large === undefined ? {} : { input: large }), answered: kept },
  };
  return { body: JSON.stringify(body), blobs };
}

export async function readEntry(run: RunId, stored: StoredEntry, store: BlobPort): Promise<JournalEntry> {
  const text = parse(run, stored);
  const fetch = async (digest: Digest): Promise<Json> => {
    const body = await store.blob(digest);
    if (body === undefined) {
      throw new RuntimeError("journal.corrupt", `run ${run}, entry ${stored.seq}: payload ${digest} is missing`);
    }
    return JSON.parse(body) as Json;
  };
  const answered = [...(text.answered ?? [])];
  for (const [place, digest] of Object.entries(text.blobs?.answered ?? {})) {
    answered[Number(place)] = { ...(answered[Number(place)] as AnswerText), output: await fetch(digest) };
  }
  const event = text.blobs?.input === undefined ? text : ((await fetch(text.blobs.input)) as EventText);
  return entryOf(run, text, { event, answered });
}

/** An entry without the payloads that are kept apart: where one belongs, there is an empty event or a null. */
export function skimEntry(run: RunId, stored: StoredEntry): JournalEntry {
  const text = parse(run, stored);
  return entryOf(run, text, { event: text, answered: text.answered ?? [] });
}

function entryOf(
  run: RunId,
  text: EntryText,
  { event, answered }: { readonly event: EventText; readonly answered: readonly AnswerText[] },
): JournalEntry {
  return {
    run,
    seq: text.seq ?? 0,
    at: text.at ?? 0,
    epoch: text.epoch ?? FIRST_EPOCH,
    kind: text.kind ?? kindOf(text) ?? "late",
    to: text.to ?? addresseeOf(text.key ?? ""),
    event: eventOf(event),
    ...(text.key === undefined ? {} : { key: text.key }),
    ...(text.by === undefined ? {} : { by: text.by }),
    moved: (text.moved ?? []).map(([actor = "", ...path]) => ({ actor, path })),
    ruled: text.ruled ?? [],
    answered: answered.map(answerOf),
    intents: (text.intents ?? []).map(([key, src, effect]) => ({ key, src, effect })),
    replies: (text.replies ?? []).map(([to, n, result]) => (result === undefined ? { to, n } : { to, n, result })),
  };
}

/** Digests of the payloads an entry's text refers to. */
export function blobsOf(body: string): readonly Digest[] {
  const { blobs } = JSON.parse(body) as EntryText;
  return [...(blobs?.input === undefined ? [] : [blobs.input]), ...Object.values(blobs?.answered ?? {})];
}

function parse(run: RunId, stored: StoredEntry): EntryText {
  try {
    const value: unknown = JSON.parse(stored.body);
    if (typeof value === "object" && value !== null && (value as EntryText).seq === stored.seq)
      return value as EntryText;
  } catch {
    // told below, with the place
  }
  throw new RuntimeError(
    "journal.corrupt",
    `run ${run}: entry ${stored.seq} cannot be read; check it with "bailiwick verify ${run}"`,
  );
}

/** A reply without a result is the output the entry carries. */
export function resultOf(reply: Reply, event: Message): ActResult {
  return reply.result ?? { kind: "completed", value: (event["output"] as unknown as Executed).output };
}
