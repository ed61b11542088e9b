/**
 * Decide: leaves one decision in a journal, and tells what became of it.
 *
 * P1  A yes names what was seen: at a terminal it is shown whole and confirmed, elsewhere its digest is given.
 */
import { confirm, isCancel, log } from "@clack/prompts";
import type { ApprovalRequest, DecisionKind, Json, Orchestrator, PostedDecision } from "../../index.ts";
import { UsageError } from "../complaint.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { writing } from "../journal-file.ts";
import { findQuestion } from "../question-name.ts";
import { visible } from "../review/report/escape.ts";
import { duration } from "../terminal/quantity.ts";
import { questionLines } from "../terminal/question-lines.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface Decide {
  readonly store: string;
  readonly name: string;
  readonly said: { readonly kind: DecisionKind; readonly by: string; readonly reason?: string; readonly value?: Json };
  readonly digest: string | undefined;
  readonly waitMs: number;
  readonly json: boolean;
}

/** So much of a digest cannot be the beginning of another's by chance. */
const ENOUGH = 12;

export function decide(options: Decide, terminal: Terminal): Promise<ExitCode> {
  return writing(options.store, async (orchestrator) => {
    const { name, said, waitMs, json } = options;
    const question = await questionOf(orchestrator, name);
    const digest = await digestOf(question, options, terminal);
    if (digest === undefined) return EXIT.interrupted;
    const { kind: decision, ...rest } = said;
    const posted = await orchestrator.post({ requestId: question.id, digest, decision, ...rest }, { waitMs });
    if (json)
      terminal.out.write(`${JSON.stringify({ request: question.id, decision, by: said.by, ...jsonOf(posted) })}\n`);
    return tell(posted, options, terminal);
  });
}

/** An open question by what was typed. An id that is written out goes to the run as it is, for it to refuse. */
async function questionOf(
  orchestrator: Orchestrator,
  name: string,
): Promise<Pick<ApprovalRequest, "id" | "digest"> & Partial<ApprovalRequest>> {
  const open = await orchestrator.inbox();
  if (/^run_[\w-]+:.+\/\d+$/.test(name) && !open.some(({ id }) => id.startsWith(name))) return { id: name, digest: "" };
  return findQuestion(open, name);
}

/** What was seen. Undefined: it was shown, and not confirmed. */
async function digestOf(
  question: Pick<ApprovalRequest, "id" | "digest"> & Partial<ApprovalRequest>,
  { said: { kind }, digest }: Decide,
  { isInteractive }: Terminal,
): Promise<string | undefined> {
  if (kind === "reject" || kind === "answer" || question.subject === undefined) return question.digest;
  if (digest !== undefined)
    return digest.length >= ENOUGH && question.digest.startsWith(digest) ? question.digest : digest;
  if (!isInteractive)
    throw new UsageError(
      `say what was seen with --digest, as "bailiwick inbox ${visible(question.id)}" shows it: ${ENOUGH} characters or more`,
    );
  const place = { input: process.stdin, output: process.stderr };
  log.message(questionLines(question as ApprovalRequest).join("\n"), place);
  const message = kind === "edit" ? "Say yes to the value you give in place of this?" : "Say yes to exactly this?";
  const isSaid = await confirm({ ...place, message, initialValue: false });
  return isCancel(isSaid) || !isSaid ? undefined : question.digest;
}

const jsonOf = ({ id, receipt, owner }: PostedDecision) => ({
  signal: id ?? null,
  receipt: receipt ?? null,
  owner: owner === undefined ? null : { ...owner.holder, until: owner.until },
});

function tell({ id, receipt, owner }: PostedDecision, { waitMs, json }: Decide, { out, err }: Terminal): ExitCode {
  if (receipt?.accepted) {
    const { missing = 0 } = receipt;
    const more = missing === 1 ? "one more person must approve" : `${missing} more people must approve`;
    if (!json) out.write(missing === 0 ? "Accepted.\n" : `Accepted: ${more}.\n`);
    return EXIT.done;
  }
  if (receipt !== undefined) {
    err.write(`Refused: ${visible(receipt.reason)} [${receipt.code}]\n`);
    return EXIT.failed;
  }
  const isOwned = owner !== undefined && owner.until > Date.now();
  const who = owner === undefined ? "" : `process ${owner.holder.pid} on ${visible(owner.holder.host)}`;
  err.write(
    isOwned
      ? `Left as ${id}: ${who} has the run, and has not taken the decision within ${duration(waitMs)}.\n`
      : `Left as ${id}: nobody has the run now${who === "" ? "" : ` (the last was ${who})`}.\n`,
  );
  err.write("It counts when the run is taken up, if the question is still open then.\n");
  return EXIT.left;
}
