/**
 * Approval: does this decision count, and is the question answered by it?
 *
 * A1  Only the exact subject that was shown can be decided: the digest must match.
 * A2  Nobody decides what they asked for themselves, or what was asked on their behalf; an agent never decides.
 * A3  A closed question stays closed; silence is a refusal; what comes at the deadline or later is too late.
 * A4  Each kind of question takes only the decisions that make sense for it, and an edit or answer needs a value.
 * A5  Where roles are mapped to people, only the people of a role that has been asked decide.
 * A6  It takes as many different people to approve as the quorum says; one person counts once, and one no refuses.
 */
import type { Attempt } from "../contracts/acts.ts";
import type {
  ApprovalOutcome,
  ApprovalSettings,
  Decision,
  DecisionKind,
  DecisionReceipt,
  Question,
  QuestionKind,
} from "../contracts/approvals.ts";
import type { AgentName, PersonId } from "../contracts/ids.ts";
import type { Verdict } from "../contracts/tools.ts";
import type { Milliseconds, Timestamp } from "../contracts/units.ts";
import { grantFault } from "./grant.ts";
import { isPlain } from "./visible.ts";

const A_WEEK: Milliseconds = 604_800_000;
const LONGEST_NAME = 200;

const allowed: Readonly<Record<QuestionKind, readonly DecisionKind[]>> = {
  approve: ["approve", "edit", "reject"],
  answer: ["answer", "reject"],
  unknown: ["approve", "answer", "reject"],
  grant: ["approve", "edit", "reject"],
  continue: ["approve", "reject"],
  accept: ["approve", "reject"],
  resolve: ["approve", "answer", "reject"],
};

/** Who asks, and on whose behalf where the task was delegated. */
export const requesterOf = ({ agent, task, chain, accountable }: Attempt): Question["requester"] => ({
  agent,
  task,
  ...(chain === undefined ? {} : { chain }),
  ...(accountable === undefined ? {} : { accountable }),
});

export type Word = Omit<Decision, "requestId">;

/** Who may decide: what does not change while a question is open. */
export interface Electorate {
  readonly settings: ApprovalSettings;
  readonly requester: Question["requester"];
  /** The agents of the run. */
  readonly agents: readonly AgentName[];
}

/** An open question, and all that bears on a decision about it. */
export interface Standing {
  readonly question: Question;
  readonly settings: ApprovalSettings;
  readonly agents: readonly AgentName[];
  /** Rungs of the ladder climbed. */
  readonly rung: number;
  /** Who has approved so far. */
  readonly approvals: readonly PersonId[];
  readonly askedAt: Timestamp;
}

type Refusal = Extract<DecisionReceipt, { readonly accepted: false }>;

const refuse = (code: Refusal["code"], reason: string): Refusal => ({ accepted: false, code, reason });

/** Two spellings of one name are one person. */
const identityOf = (by: string): string => by.normalize("NFKC").trim().toLowerCase();

export const quorumOf = ({ quorum = 1 }: ApprovalSettings): number => Math.max(1, quorum);

export const expiryOf = ({ expiresMs = A_WEEK }: ApprovalSettings): Milliseconds => expiresMs;

/** The role that is asked on a rung of the ladder. */
export const roleOf = ({ role, escalations }: ApprovalSettings, rung: number): string =>
  (rung === 0 ? undefined : escalations?.[rung - 1]?.role) ?? role ?? "owner";

export function receive(standing: Standing, word: Word, at: Timestamp): DecisionReceipt {
  const { question, settings, agents, rung, approvals } = standing;
  const { digest, by, decision, value } = word;
  if (at >= standing.askedAt + expiryOf(settings))
    return refuse("approval.expired", "the time to answer this question is over; it counts as refused");
  if (digest !== question.digest)
    return refuse("approval.forged", "the digest is not that of what is asked; look at the question again");
  const unfit = unfitness({ settings, requester: question.requester, agents }, by, rung);
  if (unfit !== undefined) return unfit;
  if (!allowed[question.kind].includes(decision)) {
    const options = allowed[question.kind].join(", ");
    return refuse("value.invalid", `"${decision}" does not answer this question; give one of: ${options}`);
  }
  if ((decision === "edit" || decision === "answer") && value === undefined)
    return refuse("value.invalid", `"${decision}" needs a value`);
  const fault = question.kind === "grant" && decision === "edit" ? grantFault(value) : undefined;
  if (fault !== undefined) return refuse("value.invalid", fault);
  if (question.kind === "resolve" && decision === "answer" && value !== "kept" && value !== "refused")
    return refuse("value.invalid", 'answer "kept" or "refused": which of the two stands');
  if (decision !== "approve") return { accepted: true };
  if (has(approvals, by)) return refuse("approval.counted", `"${by}" has approved this already and counts once`);
  const missing = quorumOf(settings) - approvals.length - 1;
  return missing > 0 ? { accepted: true, missing } : { accepted: true };
}

/** Why this one does not decide, if so (A2, A5). */
function unfitness({ settings, requester, agents }: Electorate, by: PersonId, rung: number): Refusal | undefined {
  if (typeof by !== "string" || by.trim() === "" || by.length > LONGEST_NAME || !isPlain(by))
    return refuse("approval.requester", "a decision names the person who made it, in plain letters");
  const { agent, chain = [] } = requester;
  if (has([...agents, ...chain, ...(agent === undefined ? [] : [agent])], by))
    return refuse("approval.requester", `"${by}" is an agent of this run; a person decides`);
  const { accountable } = requester;
  if (settings.separateDuties === true && accountable !== undefined && has([accountable], by))
    return refuse("approval.requester", `"${by}" is accountable for what is asked; somebody else decides`);
  const people = peopleOf(settings, rung);
  if (people === undefined || has(people, by)) return undefined;
  return refuse("approval.role", `"${by}" is not of the role that is asked: ${rolesOf(settings, rung).join(", ")}`);
}

const has = (names: readonly string[], by: string): boolean => names.some((one) => identityOf(one) === identityOf(by));

/** The roles asked so far, the first one included. */
const rolesOf = (settings: ApprovalSettings, rung: number): readonly string[] =>
  Array.from({ length: rung + 1 }, (_, each) => roleOf(settings, each));

/** The people of the roles asked so far; undefined where roles are not mapped to people. */
const peopleOf = (settings: ApprovalSettings, rung: number): readonly PersonId[] | undefined => {
  const { roles } = settings;
  if (roles === undefined) return undefined;
  return rolesOf(settings, rung).flatMap((role) => (Object.hasOwn(roles, role) ? (roles[role] ?? []) : []));
};

/** Why nobody can ever answer such a question, if so: then it need not be asked. */
export function unanswerable(electorate: Electorate): string | undefined {
  const { settings } = electorate;
  const last = settings.escalations?.length ?? 0;
  const people = peopleOf(settings, last);
  if (people === undefined) return undefined;
  const able = new Set(
    people.filter((by) => unfitness(electorate, by, last) === undefined).map((by) => identityOf(by)),
  );
  if (able.size >= quorumOf(settings)) return undefined;
  return `it takes ${quorumOf(settings)} of ${rolesOf(settings, last).join(", ")}, and ${able.size} may decide`;
}

/** The settings of one question: what the verdict that asks for it says comes first. */
export function settingsFor(settings: ApprovalSettings, verdict: Verdict): ApprovalSettings {
  if (verdict.kind !== "ask") return settings;
  const { role, quorum, expiresMs } = verdict;
  return {
    ...settings,
    ...(role === undefined ? {} : { role }),
    ...(quorum === undefined ? {} : { quorum }),
    ...(expiresMs === undefined ? {} : { expiresMs }),
  };
}

/** Whoever edited the arguments has approved what they wrote, if they are one of those who are asked about it. */
export const approvalsOf = (electorate: Electorate, editor: PersonId | null): readonly PersonId[] =>
  editor !== null && unfitness(electorate, editor, 0) === undefined ? [editor] : [];

export function outcomeOf(word: Word, approvals: readonly PersonId[] = []): ApprovalOutcome {
  const { by } = word;
  switch (word.decision) {
    case "approve":
      return {
        kind: "approved",
        by,
        digest: word.digest,
        ...(approvals.length === 0 ? {} : { approvers: [...approvals, by] }),
      };
    case "edit":
      return { kind: "edited", by, value: word.value ?? null };
    case "answer":
      return { kind: "answered", by, value: word.value ?? null };
    case "reject":
      return { kind: "rejected", by, reason: word.reason ?? "no reason given" };
  }
}
