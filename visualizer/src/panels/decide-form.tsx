/** The words one may say to a question. Approving needs the whole of it on the screen. */
import { useState } from "react";
import type { ApprovalRequest } from "../../../src/contracts/approvals.ts";
import { Button } from "../parts/button.tsx";
import { decide } from "../session/decide.ts";
import { usePage, useStanding, useStore } from "../session/page.ts";
import { questionKinds } from "../state/question.ts";
import { useApprover } from "./approver.tsx";
import { Answer, Edit, Reject, type Word } from "./decide-words.tsx";

interface FormProps {
  readonly question: ApprovalRequest;
  readonly isWhole: boolean;
}

export function DecideForm({ question, isWhole }: FormProps) {
  const page = usePage();
  const standing = useStanding();
  const sending = useStore(page.inbox).sending[question.id]?.decision;
  const { sign, dialog } = useApprover();
  const [open, setOpen] = useState<"edit" | "reject" | "answer">();
  const { decisions, approve } = questionKinds[question.kind];
  if (standing?.can.decide !== true) return <p className="muted">Nothing can be decided here: this page only looks.</p>;
  const say = (word: Word) => sign(() => void decide(page, question, word));
  const isBusy = sending !== undefined;
  const close = () => setOpen(undefined);
  return (
    <div className="decide">
      {open === "edit" ? <Edit question={question} isBusy={isBusy} onSay={say} onClose={close} /> : null}
      {open === "reject" ? <Reject isBusy={isBusy} onSay={say} onClose={close} /> : null}
      {open === "answer" ? <Answer question={question} isBusy={isBusy} onSay={say} onClose={close} /> : null}
      {open === undefined ? (
        <div className="actions">
          {decisions.includes("approve") ? (
            <Button
              label={sending === "approve" ? "Approving" : "Approve"}
              icon="done"
              weight="main"
              title={isWhole ? approve : "First show all of it"}
              disabled={!isWhole || isBusy}
              onClick={() => say({ decision: "approve" })}
            />
          ) : null}
          {decisions.includes("answer") ? (
            <Button
              label="Answer"
              weight={decisions[0] === "answer" ? "main" : "plain"}
              disabled={isBusy}
              onClick={() => setOpen("answer")}
            />
          ) : null}
          {decisions.includes("edit") ? (
            <Button label="Edit" disabled={isBusy} onClick={() => setOpen("edit")} />
          ) : null}
          <Button label="Reject" weight="danger" disabled={isBusy} onClick={() => setOpen("reject")} />
        </div>
      ) : null}
      {dialog}
    </div>
  );
}
