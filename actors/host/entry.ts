/** Entry: one journal entry as text and back. Large payloads go to the blob store; the text keeps their digest. */

import { RuntimeError } from "../../src/contracts/errors.ts";
import type { ActorId, Digest, RunId } from "../../src/contracts/ids.ts";
import type { Answer, Input, JournalEntry, Message, Reply, StoredEntry } from "../../src/contracts/journal.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { Blob, BlobPort, HashPort } from "../../src/contracts/ports.ts";
import type { ActResult, Executed } from "../../src/contracts/tools.ts";
import type { Epoch } from "../../src/contracts/units.ts";
import type { Moment } from "../../src/decisions/run-state.ts";
import type { Step } from "./core.ts";

/** Payload texts longer than this are kept apart. */
const INLINE = 32_768;

/** The text of an entry. Fields that are empty are left out. */
interface EntryText extends Partial<Omit<JournalEntry, "event" | "answered" | "run">> {
  readonly event?: Message;
  readonly answered?: readonly Answer[];
  /** Digests of payloads kept apart: of the event, and of answers by place. */
  readonly blobs?: { readonly event?: Digest; readonly answered?: { readonly [place: string]: Digest } };
}

export interface Written {
  readonly body: string;
  readonly blobs: readonly Blob[];
}

const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

export function writeEntry(input: Input, step: Step, moment: Moment, epoch: Epoch, sha256: HashPort): Written {
  const text: EntryText = {
    seq: moment.seq,
    epoch,
    at: moment.at,
    kind: input.kind,
    to: input.to,
    ...(input.key === undefined ? {} : { key: input.key }),
    ...(input.by === undefined ? {} : { by: input.by }),
    event: input.event,
    ...consequencesOf(step),
  };
  const body = JSON.stringify(text);
  return body.length <= INLINE ? { body, blobs: [] } : apart(text, sha256);
}

/** What a step caused, as it stands in the text; also what a replay is compared with. */
export const consequencesOf = (step: Step): EntryText =>
  Object.fromEntries(
    Object.entries({
      moved: some(step.moved),
      ruled: some(step.ruled),
      answered: some(step.answered),
      intents: some(step.intents),
      replies: some(step.replies),
    }).filter(([, list]) => list !== undefined),
  );

function apart(text: EntryText, sha256: HashPort): Written {
  const blobs: Blob[] = [];
  const put = (value: Json): Digest => {
    const body = JSON.stringify(value);
    const digest = sha256(body);
    blobs.push({ digest, body });
    return digest;
  };
  const isLarge = (message: Message): boolean => JSON.stringify(message).length > INLINE / 4;
  const kept: Record<string, Digest> = {};
  const answered = text.answered?.map((answer, place) => {
    if (!isLarge(answer.event)) return answer;
    kept[place] = put(answer.event);
    return { key: answer.key, event: { type: answer.event.type } };
  });
  const event = text.event !== undefined && isLarge(text.event) ? put(text.event) : undefined;
  const body: EntryText = {
    ...text,
    ...(event === undefined ? {} : { event: { type: text.event?.type ?? "" } }),
    ...(answered === undefined ? {} : { answered }),
    blobs: { ...(event === undefined ? {} : { event }), answered: kept },
  };
  return { body: JSON.stringify(body), blobs };
}

export async function readEntry(run: RunId, stored: StoredEntry, store: BlobPort): Promise<JournalEntry> {
  const text = parse(run, stored);
  const fetch = async (digest: Digest): Promise<Message> => {
    const body = await store.blob(digest);
    if (body === undefined)
      throw new RuntimeError("journal.corrupt", `run ${run}, entry ${stored.seq}: payload ${digest} is missing`);
    return JSON.parse(body) as Message;
  };
  const answered = [...(text.answered ?? [])];
  for (const [place, digest] of Object.entries(text.blobs?.answered ?? {})) {
    answered[Number(place)] = { ...(answered[Number(place)] as Answer), event: await fetch(digest) };
  }
  return {
    run,
    seq: stored.seq,
    at: text.at ?? 0,
    epoch: text.epoch ?? 0,
    kind: text.kind ?? "late",
    to: text.to ?? ("" as ActorId),
    event: text.blobs?.event === undefined ? (text.event ?? { type: "" }) : await fetch(text.blobs.event),
    ...(text.key === undefined ? {} : { key: text.key }),
    ...(text.by === undefined ? {} : { by: text.by }),
    moved: text.moved ?? [],
    ruled: text.ruled ?? [],
    answered,
    intents: text.intents ?? [],
    replies: text.replies ?? [],
  };
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
