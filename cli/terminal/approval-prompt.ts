/**
 * Approval prompt: puts one question to the person at the terminal.
 *
 * W1  What is decided about is shown whole, or it says how much is not shown, and can be approved only when it has been
 *     (A-HUM-02).
 * W2  No text of the tree or of an agent reaches the terminal with control or invisible characters (A-XSS-05, F-DAT-10).
 */
import { isCancel, log, select, text } from "@clack/prompts";
import { type ApprovalRequest, type Json, render } from "../../index.ts";
import { editedSubject, hasEditor } from "./edited-subject.ts";
import { questionLines, SHOWN } from "./question-lines.ts";

/** What a person has decided. */
export type Word =
  | { readonly kind: "approve" }
  | { readonly kind: "edit"; readonly value: Json }
  | { readonly kind: "reject"; readonly reason: string };

/** `later`: the question stays open. `interrupted`: so does everything else. */
export type Answer = Word | { readonly kind: "later" } | { readonly kind: "interrupted" };

export interface Asker {
  ask(question: ApprovalRequest): Promise<Answer>;
}

/** Questions go where progress goes: standard output is for the result. */
const place = { input: process.stdin, output: process.stderr } as const;

const options = (hidden: number) => [
  hidden > 0
    ? { value: "view", label: "View it in full", hint: `${hidden} bytes are not shown above; then it can be approved` }
    : { value: "approve", label: "Approve", hint: "the call is made with exactly these arguments" },
  ...(hasEditor() ? [{ value: "edit", label: "Edit the content", hint: "in $EDITOR; the edited call is made" }] : []),
  { value: "reject", label: "Reject", hint: "with a reason; the review ends without a file" },
  { value: "later", label: "Decide later", hint: "the review is suspended" },
];

export const terminalAsker: Asker = {
  async ask(question) {
    log.message(questionLines(question, SHOWN).join("\n"), place);
    let unseen = render(question, SHOWN).hidden;
    for (;;) {
      const chosen = await select<string>({ ...place, message: "What do you say?", options: options(unseen) });
      if (isCancel(chosen)) return { kind: "interrupted" };
      if (chosen === "later") return { kind: "later" };
      if (chosen === "approve") return { kind: "approve" };
      if (chosen === "view") {
        log.message(questionLines(question).join("\n"), place);
        unseen = 0;
      } else if (chosen === "edit") {
        const value = editedSubject(question.subject);
        if (value !== undefined) return { kind: "edit", value };
        log.message("Nothing was changed.", place);
      } else {
        const reason = await text({ ...place, message: "Why not?", placeholder: "goes into the journal" });
        if (!isCancel(reason)) return { kind: "reject", reason: reason?.trim() || "no reason given" };
      }
    }
  },
};
