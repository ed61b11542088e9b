/**
 * Review session: one run from here to where it ends, is interrupted, or needs a person who is not there.
 *
 * G1  Only a question about a call is answered here, by a person or by `--yes`; any other stays open.
 *     Where people have the page, any question is answered there, and the run waited for.
 * G2  An interruption stops the run in order: what is in flight ends or is abandoned as the journal allows.
 */
import {
  type ApprovalRequest,
  type DecisionReceipt,
  type Orchestrator,
  type Run,
  type RunReport,
  RuntimeError,
} from "../../../index.ts";
import type { Asker, Word } from "../../terminal/approval-prompt.ts";
import type { Progress } from "../../terminal/progress.ts";
import { visible } from "../report/escape.ts";

export interface SessionPorts {
  readonly orchestrator: Orchestrator;
  readonly progress: Progress;
  /** Undefined: nobody is there to be asked. */
  readonly asker: Asker | undefined;
  /** Who answers, as the journal will name them. */
  readonly by: string;
  /** People see the run in a page, and can answer there. */
  readonly hasPage: boolean;
  readonly interrupted: AbortSignal;
  readonly say: (line: string) => void;
}

export type SessionEnd = { readonly kind: "settled"; readonly report: RunReport } | { readonly kind: "interrupted" };

export async function session(run: Run, ports: SessionPorts): Promise<SessionEnd> {
  const { progress, interrupted } = ports;
  const stopped = new Promise<undefined>((resolve) => {
    if (interrupted.aborted) resolve(undefined);
    interrupted.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  // A report asked for earlier may arrive late: not over a question, and not after the end.
  let isShowing = true;
  const refresh = (): void =>
    void run.report().then(
      (report) => isShowing && progress.update(report),
      () => undefined,
    );
  const watching = run.actor.subscribe({ next: refresh });
  // A run may wait for a timer and nothing else, which is no reason for the runtime to keep a process. Here it is.
  const staying = setInterval(() => undefined, 60_000);
  try {
    for (;;) {
      isShowing = true;
      refresh();
      const report = await Promise.race([run.result, stopped]);
      if (report === undefined) return { kind: "interrupted" };
      const question = report.pendingApprovals.find(({ kind }) => kind === "approve");
      if (report.status !== "suspended" || question === undefined || ports.asker === undefined) {
        progress.update(report);
        if (report.status !== "suspended" || !ports.hasPage) return { kind: "settled", report };
        progress.pause();
        ports.say(waitingFor(report));
        if ((await Promise.race([moved(run, report), stopped])) === undefined) return { kind: "interrupted" };
        continue;
      }
      isShowing = false;
      progress.pause();
      const answer = await Promise.race([ports.asker.ask(question), stopped]);
      if (answer === undefined || answer.kind === "interrupted") return { kind: "interrupted" };
      if (answer.kind === "later") return { kind: "settled", report };
      const receipt = await decide(question, answer, ports);
      if (!receipt.accepted) refused(receipt, ports);
    }
  } finally {
    isShowing = false;
    watching.unsubscribe();
    clearInterval(staying);
    progress.end();
  }
}

const waitingFor = ({ pendingApprovals: [question], state }: RunReport): string =>
  question === undefined || state === "paused"
    ? `The run is ${state}: go on in the page.`
    : `${visible(question.title)} Say so in the page.`;

/** Once something has come of a run that waited. */
async function moved(run: Run, { status, state, pendingApprovals }: RunReport): Promise<true> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void =>
    void run.report().then((now) => {
      const isSame = now.status === status && now.state === state && idsOf(now) === idsOf({ pendingApprovals });
      if (!isSame) resolve();
    }, reject);
  const watching = run.actor.subscribe({ next: look, error: reject });
  try {
    look();
    await promise;
    return true;
  } finally {
    watching.unsubscribe();
  }
}

const idsOf = ({ pendingApprovals }: Pick<RunReport, "pendingApprovals">): string =>
  pendingApprovals.map(({ id, approvals = [] }) => `${id} ${approvals.length}`).join("\n");

/** A person can answer again. `--yes` would for ever; only a question that somebody else has closed is no fault. */
function refused({ code, reason }: Refused, { asker, say }: SessionPorts): void {
  if (asker === consenting && code !== "approval.closed") throw new RuntimeError(code, reason);
  say(`That answer does not count: ${reason}`);
}

type Refused = Extract<DecisionReceipt, { readonly accepted: false }>;

function decide(
  { id, digest }: ApprovalRequest,
  word: Word,
  { orchestrator, by }: SessionPorts,
): Promise<DecisionReceipt> {
  const bound = { requestId: id, digest, by };
  switch (word.kind) {
    case "approve":
      return orchestrator.decide({ ...bound, decision: "approve" });
    case "edit":
      return orchestrator.decide({ ...bound, decision: "edit", value: word.value });
    case "reject":
      return orchestrator.decide({ ...bound, decision: "reject", reason: word.reason });
  }
}

/** For `--yes`: whoever starts a command with it has answered. */
export const consenting: Asker = { ask: async () => ({ kind: "approve" }) };
