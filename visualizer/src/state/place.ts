/** Place: where in the page one is, as its address says it. A place never carries a token. */
import type { ActorId, RunId } from "../../../src/contracts/ids.ts";
import type { Seq } from "../../../src/contracts/units.ts";

export const TABS = ["chart", "actors", "plan", "sequence", "journal", "difference"] as const;
export type Tab = (typeof TABS)[number];

export const SIDES = ["questions", "findings", "why", "budget", "board"] as const;
export type Side = (typeof SIDES)[number];

export interface RunPlace {
  readonly view: "run";
  readonly run: RunId;
  /** The moment that is shown. Absent: the head, whatever comes. */
  readonly seq?: Seq;
  readonly tab: Tab;
  readonly side: Side;
  readonly actor?: ActorId;
  /** The two moments that are compared. */
  readonly a?: Seq;
  readonly b?: Seq;
}

export type Place = { readonly view: "runs" } | { readonly view: "inbox" } | RunPlace;

export const runPlace = (run: RunId): RunPlace => ({ view: "run", run, tab: "chart", side: "questions" });

const oneOf = <Name extends string>(names: readonly Name[], text: string | null): Name | undefined =>
  names.find((name) => name === text);

function seqIn(text: string | null): Seq | undefined {
  const seq = Number(text ?? "");
  return Number.isSafeInteger(seq) && seq > 0 ? seq : undefined;
}

/** Of `#/run/<id>?seq=12&tab=journal&side=why`. What is no place is the list of runs. */
export function placeOf(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  const [, view, id] = path.split("/");
  if (view === "inbox") return { view };
  if (view !== "run" || !id) return { view: "runs" };
  const fields = new URLSearchParams(query);
  const [seq, a, b] = ["seq", "a", "b"].map((name) => seqIn(fields.get(name)));
  const actor = fields.get("actor");
  return {
    ...runPlace(unescaped(id)),
    tab: oneOf(TABS, fields.get("tab")) ?? "chart",
    side: oneOf(SIDES, fields.get("side")) ?? "questions",
    ...(seq === undefined ? {} : { seq }),
    ...(actor ? { actor } : {}),
    ...(a === undefined ? {} : { a }),
    ...(b === undefined ? {} : { b }),
  };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function hashOf(place: Place): string {
  if (place.view !== "run") return place.view === "runs" ? "#/" : "#/inbox";
  const { run, view: _, ...rest } = place;
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) fields.set(name, String(value));
  return `#/run/${encodeURIComponent(run)}?${fields}`;
}
