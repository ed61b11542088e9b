/** Envelope: what a reader is told, as CloudEvents 1.0 in structured mode; one line of JSON each. */
import type { RunId } from "../../contracts/ids.ts";
import type { StreamData, StreamEvent } from "../../contracts/inspection.ts";

export interface Told {
  readonly id: string;
  readonly run?: RunId | undefined;
  readonly data: StreamData;
  readonly now: Date;
}

/** JSON escapes line ends and unpaired surrogates, so that no text an agent wrote can end the line (A-XSS-08). */
export const lineOf = (told: Told): string => JSON.stringify(eventOf(told));

function eventOf({ id, run, data, now }: Told): StreamEvent {
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
    data,
  };
}

/** The last entry it is about: after it the reader goes on. */
function sequenceOf(data: StreamData): number | undefined {
  if (data.kind === "rows") return data.rows.at(-1)?.seq ?? data.head;
  if (data.kind === "moment") return data.moment.seq;
  return data.kind === "gap" ? data.to : undefined;
}
