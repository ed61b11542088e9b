/**
 * Inbox: the open questions, and what became of those that were on the screen.
 *
 * I1  A question that was answered elsewhere does not vanish under the pointer: it stays, and says so, until dismissed.
 * I2  What was decided here is told from what was decided elsewhere.
 */
import type { ApprovalRequest, DecisionKind, DecisionReceipt } from "../../../src/contracts/approvals.ts";
import type { RequestId } from "../../../src/contracts/ids.ts";
import type { Timestamp } from "../../../src/contracts/units.ts";

export type Ending =
  | { readonly kind: "decided"; readonly decision: DecisionKind; readonly missing?: number }
  | { readonly kind: "elsewhere" }
  | { readonly kind: "expired" };

export interface Closed {
  readonly question: ApprovalRequest;
  readonly ending: Ending;
}

export interface InboxState {
  /** Undefined: not known yet. */
  readonly open: readonly ApprovalRequest[] | undefined;
  readonly closed: readonly Closed[];
  /** Words that are on their way, each with the question it answers: it may be asked of a run before the inbox has it. */
  readonly sending: { readonly [id: RequestId]: Sent };
  readonly refusals: { readonly [id: RequestId]: Refusal };
}

interface Sent {
  readonly question: ApprovalRequest;
  readonly decision: DecisionKind;
}

export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

export type InboxChange =
  | { readonly kind: "open"; readonly questions: readonly ApprovalRequest[]; readonly at: Timestamp }
  | { readonly kind: "send"; readonly question: ApprovalRequest; readonly decision: DecisionKind }
  | { readonly kind: "receipt"; readonly id: RequestId; readonly receipt: DecisionReceipt }
  | { readonly kind: "failed"; readonly id: RequestId; readonly refusal: Refusal }
  | { readonly kind: "dismiss"; readonly id: RequestId };

export const NO_INBOX: InboxState = { open: undefined, closed: [], sending: {}, refusals: {} };

const MOST_CLOSED = 20;

export function reduceInbox(state: InboxState, change: InboxChange): InboxState {
  switch (change.kind) {
    case "open":
      return withOpen(state, change.questions, change.at);
    case "send":
      return sent(state, change);
    case "receipt":
      return withReceipt(state, change.id, change.receipt);
    case "failed":
      return refused(state, change.id, change.refusal);
    case "dismiss":
      return {
        ...state,
        closed: state.closed.filter(({ question }) => question.id !== change.id),
        refusals: without(state.refusals, change.id),
      };
  }
}

function sent(state: InboxState, { question, decision }: Sent): InboxState {
  const sending = { ...state.sending, [question.id]: { question, decision } };
  return { ...state, sending, refusals: without(state.refusals, question.id) };
}

function withOpen(state: InboxState, questions: readonly ApprovalRequest[], at: Timestamp): InboxState {
  const ids = new Set(questions.map(({ id }) => id));
  const gone = (state.open ?? []).filter(({ id }) => !ids.has(id) && !isClosed(state, id));
  const closed = gone.map((question) => ({ question, ending: endingOf(state, question, at) }));
  const still = state.closed.filter(({ question, ending }) => !ids.has(question.id) || ending.kind === "decided");
  return {
    ...state,
    // A list that was read before our own word was taken still has the question.
    open: questions.filter(({ id }) => !still.some(({ question }) => question.id === id)),
    closed: [...closed, ...still].slice(0, MOST_CLOSED),
  };
}

const isClosed = ({ closed }: InboxState, id: RequestId): boolean => closed.some(({ question }) => question.id === id);

function endingOf({ sending }: InboxState, { id, expiresAt }: ApprovalRequest, at: Timestamp): Ending {
  const decision = sending[id]?.decision;
  if (decision !== undefined) return { kind: "decided", decision };
  return at >= expiresAt ? { kind: "expired" } : { kind: "elsewhere" };
}

function withReceipt(state: InboxState, id: RequestId, receipt: DecisionReceipt): InboxState {
  const word = state.sending[id];
  if (!receipt.accepted) return refused(state, id, { code: receipt.code, reason: receipt.reason });
  const sending = without(state.sending, id);
  // One of several that must approve: the question stays open.
  if (word === undefined || isClosed(state, id) || (receipt.missing ?? 0) > 0) return { ...state, sending };
  const { question, decision } = word;
  return {
    ...state,
    sending,
    open: state.open?.filter((one) => one.id !== id),
    closed: [{ question, ending: { kind: "decided" as const, decision } }, ...state.closed].slice(0, MOST_CLOSED),
  };
}

/** The question may be gone already: then what is left of it says so, beside the refusal. */
function refused(state: InboxState, id: RequestId, refusal: Refusal): InboxState {
  const closed = state.closed.map((one) =>
    one.question.id === id && one.ending.kind === "decided" ? { ...one, ending: { kind: "elsewhere" as const } } : one,
  );
  return { ...state, closed, sending: without(state.sending, id), refusals: { ...state.refusals, [id]: refusal } };
}

function without<Value>(all: { readonly [id: string]: Value }, id: string): { readonly [id: string]: Value } {
  const { [id]: _, ...rest } = all;
  return rest;
}
