/**
 * Entry notes: what in an entry is worth stopping at, and worth remembering of it?
 *
 * M1  A mark follows from the entry's text alone, so that a journal is marked without being replayed.
 */
import { type ActorId, ORCHESTRATOR } from "../../contracts/ids.ts";
import type { Denial, Mark, Moment, Order } from "../../contracts/inspection.ts";
import type { JournalEntry, Move } from "../../contracts/journal.ts";
import type { LoopEvidence } from "../../contracts/loops.ts";
import { verdictsOf } from "../explain.ts";

export type LoopNote = Moment["loops"][number];

/** Every mark; its place is its bit where marks are kept as a number. */
export const MARKS: readonly Mark[] = [
  "state",
  "loop",
  "budget",
  "denied",
  "asked",
  "decided",
  "conflict",
  "failed",
  "retried",
  "late",
  "shared",
  "quarantined",
  "order",
  "replanned",
];

/** Rules that mean a mark, by how they begin. */
const RULES: readonly (readonly [start: string, mark: Mark])[] = [
  ["loop.", "loop"],
  ["budget.", "budget"],
  ["conflict.", "conflict"],
  ["retry.", "retried"],
  ["duplicate.", "shared"],
  ["agent.quarantined", "quarantined"],
  ["machine.failed", "failed"],
  ["approval.decided", "decided"],
  ["approval.approved", "decided"],
  ["approval.rejected", "decided"],
  ["approval.expired", "decided"],
];

/** What people, guardians and the application may order. What an application merely tells is no order. */
const ORDERS: ReadonlySet<string> = new Set([
  "run.pause",
  "run.resume",
  "run.cancel",
  "run.limit",
  "run.quarantine",
  "run.amend",
]);

/** Asked of every entry of a run that is watched, most of which have no mark: nothing is made for those. */
export function marksOf(entry: JournalEntry): readonly Mark[] {
  const { kind, moved, ruled, event } = entry;
  let marks: Mark[] | undefined;
  const add = (mark: Mark): void => {
    marks ??= [];
    if (!marks.includes(mark)) marks.push(mark);
  };
  if (kind === "late") add("late");
  if (event.type === "effect.failed") add("failed");
  for (const move of moved) if (mayMark(move)) markMove(move, add);
  for (const { rule } of ruled) for (const [start, mark] of RULES) if (rule.startsWith(start)) add(mark);
  if (isDenial(entry)) add("denied");
  if (kind === "signal" && orderOf(entry) !== undefined) add("order");
  return marks ?? NONE;
}

const NONE: readonly Mark[] = [];

/** Most moves are those of calls and attempts that get on; nothing else is asked of them. */
function mayMark({ actor, path }: Move): boolean {
  if (actor === ORCHESTRATOR) return true;
  for (const state of path) if (TELLING.has(state)) return true;
  return path[0] === "" && isRetry(actor);
}

/** States that an actor which is not the orchestrator is marked for. */
const TELLING: ReadonlySet<string> = new Set(["pending", "failed", "failing", "backing-off"]);

function markMove({ actor, path }: Move, add: (mark: Mark) => void): void {
  const [from, to] = path;
  const last = path.at(-1);
  if (actor === ORCHESTRATOR) {
    add("state");
    if (path.lastIndexOf("planning") > 0 && from !== "" && from !== "paused") add("replanned");
    if (last === "failed") add("failed");
  } else if (from === "") {
    if (to === "pending" && isQuestion({ actor, path })) add("asked");
    else if (isRetry(actor)) add("retried");
  }
  if (actor === ORCHESTRATOR) return;
  if (last === "failed" || path.includes("failing")) add("failed");
  if (path.includes("backing-off")) add("retried");
}

/** A question was put: the chart of approvals alone begins in `pending`; an agent's own chart may too. */
export const isQuestion = ({ actor, path: [from, to] }: Move): boolean =>
  from === "" && to === "pending" && !actor.endsWith("/mind");

/** An attempt after the first; a gate or a question is none. Asked of every actor that is born. */
function isRetry(actor: ActorId): boolean {
  let at = actor.length - 1;
  while (isDigit(actor.charCodeAt(at))) at--;
  const digits = actor.length - 1 - at;
  return actor.charCodeAt(at) === HASH && digits > 0 && !(digits === 1 && actor.endsWith("1"));
}

const HASH = 35;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

function isDenial({ kind, key, event, answered, replies }: JournalEntry): boolean {
  for (const { result } of replies) if (result?.kind === "refused") return true;
  for (const answer of answered) if (isDenied(answer.event["output"])) return true;
  return kind === "outcome" && key !== undefined && isDenied(event["output"]);
}

const isDenied = (output: unknown): boolean =>
  (output as { readonly verdict?: { readonly kind?: unknown } } | null | undefined)?.verdict?.kind === "deny";

/** Refusals of this entry: of policies, and of all that refuses a call later. One for each act. */
export function denialsOf(entry: JournalEntry): readonly Denial[] {
  if (!isDenial(entry)) return [];
  const { seq } = entry;
  const judged = verdictsOf(entry, undefined).filter(({ verdict }) => verdict === "deny");
  const told = entry.replies.flatMap(({ to, n, result }) => {
    if (result?.kind !== "refused") return [];
    const { rule, failure } = result;
    return [{ actor: `${to}/${n}`, rule, verdict: "refused", reason: failure.message }];
  });
  const rest = told.filter(({ actor }) => !judged.some((one) => one.actor === actor));
  return [...judged, ...rest].map((ruling) => ({ seq, actor: ruling.actor, ruling }));
}

const INTERVENE = `${ORCHESTRATOR}/intervene/`;

/** Loops seen in this entry, and what was done about them. */
export function loopsOf({ seq, ruled, answered }: JournalEntry): readonly LoopNote[] {
  const answer = answered.find(({ key }) => key.startsWith(INTERVENE))?.event["output"];
  return ruled.flatMap(({ rule, data }) =>
    rule === "loop.detected" && data !== undefined
      ? [{ ...(data as unknown as LoopEvidence), seq, answer: typeof answer === "string" ? answer : "" }]
      : [],
  );
}

export function orderOf({ seq, at, kind, by, event }: JournalEntry): Order | undefined {
  if (kind !== "signal" || by === undefined) return undefined;
  const isOrder =
    ORDERS.has(event.type) || by.kind === "guardian" || (event.type === "policy.changed" && by.kind === "person");
  if (!isOrder) return undefined;
  const reason = event["reason"];
  return { seq, at, by, order: event.type, ...(typeof reason === "string" ? { reason } : {}) };
}
