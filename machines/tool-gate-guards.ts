/** What decides where a proposed call goes next. */
import type { ApprovalOutcome } from "../src/contracts/approvals.ts";
import { errorCodes, type Failure } from "../src/contracts/errors.ts";
import type { Json } from "../src/contracts/json.ts";
import type { Judged, Reconciled } from "../src/contracts/tools.ts";
import type { ToolGateContext } from "./tool-gate-events.ts";
import { answerable, judgementOf, needsApproval } from "./tool-gate-messages.ts";

interface About {
  readonly context: ToolGateContext;
}

const isSafeToRepeat = (context: ToolGateContext): boolean =>
  ["read", "idempotent"].includes(judgementOf(context).effect);

/** A person's word on exactly these arguments. */
const isYes = (context: ToolGateContext, outcome: ApprovalOutcome): boolean =>
  outcome.kind === "approved" && outcome.digest === judgementOf(context).call.digest;

const isLost = ({ code }: Failure): boolean => code === "effect.unknown";

export const toolGateGuards = {
  isDenied: ({ context }: About, judged: Judged) => answerable(context, judged).verdict.kind === "deny",
  needsApproval: ({ context }: About) => needsApproval(context),
  isApprovedStale: ({ context }: About, outcome: ApprovalOutcome) => context.stale && isYes(context, outcome),
  isAbsentStale: ({ context }: About, found: Reconciled<Json>) => found.kind === "absent" && context.stale,
  // What is safe to repeat would be begun once more by the process that takes the run up.
  isBegunAgain: ({ context }: About, restarted: boolean) => restarted && isSafeToRepeat(context),
  isApproved: ({ context }: About, outcome: ApprovalOutcome) => isYes(context, outcome),
  isUnsent: ({ context }: About) => !context.sent,
  isApprovedAgain: ({ context }: About, outcome: ApprovalOutcome) => context.sent && isYes(context, outcome),
  isEdited: (_: unknown, outcome: ApprovalOutcome) => outcome.kind === "edited",
  isAnswered: (_: unknown, outcome: ApprovalOutcome) => outcome.kind === "answered",
  isLost: (_: unknown, failure: Failure) => isLost(failure),
  isRepeatable: ({ context }: About) => isSafeToRepeat(context),
  isLostRepeatable: ({ context }: About, failure: Failure) => isLost(failure) && isSafeToRepeat(context),
  mayRepeat: ({ context }: About, failure: Failure) => isSafeToRepeat(context) && errorCodes[failure.code].retry,
  isNextTry: ({ context }: About) => context.tries > 0,
  isReconcilable: ({ context }: About) => judgementOf(context).effect === "reconcilable",
  isLostReconcilable: ({ context }: About, failure: Failure) =>
    isLost(failure) && judgementOf(context).effect === "reconcilable",
  isFound: (_: unknown, found: Reconciled<Json>) => found.kind === "done",
  isAbsentAgain: ({ context }: About, found: Reconciled<Json>) => found.kind === "absent" && context.sent,
  isAbsent: (_: unknown, found: Reconciled<Json>) => found.kind === "absent",
  // An earlier attempt's call: what was allowed then must be asked about now.
  isAbsentUnapproved: ({ context }: About, found: Reconciled<Json>) =>
    found.kind === "absent" && needsApproval(context) && !context.sent,
};
