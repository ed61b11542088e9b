/** Envelope: what a reader is told, as CloudEvents 1.0 in structured mode; one line of JSON each. */
import type { RunId } from "../../../contracts/ids.ts";
import type { StreamData, StreamEvent } from "../../../contracts/inspection.ts";

export interface Told {
  readonly id: string;
  readonly run?: RunId | undefined;
  readonly data: StreamData;
  readonly now: Date;
}

/** JSON escapes line ends and unpaired surrogates, so that no text an agent wrote can end the line (A-XSS-08). */
export type LineOf = (told: Told) => string;

/** Writes lines. What is told to several readers is one value, and its text is made once. */
export function envelopes(): LineOf {
  const texts = new WeakMap<StreamData, string>();
  const textOf = (data: StreamData): string => {
    const known = texts.get(data);
    if (known !== undefined) return known;
    const text = JSON.stringify(data);
    texts.set(data, text);
    return text;
  };
  return (told) => `${JSON.stringify(headOf(told)).slice(0, -1)},"data":${textOf(told.data)}}`;
}

function headOf({ id, run, data, now }: Told): Omit<StreamEvent, "data"> {
  const sequence = sequenceOf(data);
  return {
    specversion: "1.0",
    id,
    source: run === undefined ? "/v1/runs" : `/v1/runs/${encodeURIComponent(run.toWellFormed())}`,
    type: `bailiwick.${data.kind}`,
    ...(run === undefined ? {} : { subject: run }),
    time: now.toISOString(),
    ...(sequence === undefined ? {} : { sequence: String(sequence) }),
    datacontenttype: "application/json",
  };
}

/** The last entry it is about: after it the reader goes on. */
function sequenceOf(data: StreamData): number | undefined {
  if (data.kind === "rows") return data.rows.at(-1)?.seq ?? data.head;
  if (data.kind === "moment") return data.moment.seq;
  return data.kind === "gap" ? data.to : undefined;
}
