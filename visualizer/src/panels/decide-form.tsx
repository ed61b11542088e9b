/** The words one may say to a question. Approving needs the whole of it on the screen. */
import { useState } from "react";
import type { ApprovalRequest, DecisionKind } from "../../../src/contracts/approvals.ts";
import type { Json } from "../../../src/contracts/json.ts";
import { Button } from "../parts/button.tsx";
import { decide } from "../session/decide.ts";
import { usePage, useStanding, useStore } from "../session/page.ts";
import { changesOf } from "../state/changes.ts";
import { parsed } from "../state/parsed.ts";
import { editable, questionKinds } from "../state/question.ts";
import { useApprover } from "./approver.tsx";
import { ChangeTable } from "./change-table.tsx";

interface FormProps {
  readonly question: ApprovalRequest;
  readonly isWhole: boolean;
}

interface Word {
  readonly decision: DecisionKind;
  readonly value?: Json;
  readonly reason?: string;
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

interface SayProps {
  readonly isBusy: boolean;
  readonly onSay: (word: Word) => void;
  readonly onClose: () => void;
}

function Reject({ isBusy, onSay, onClose }: SayProps) {
  const [reason, setReason] = useState("");
  return (
    <form className="stack" onSubmit={(event) => event.preventDefault()}>
      <label>
        Reason, which the agent is told
        <textarea rows={2} value={reason} onChange={({ target }) => setReason(target.value)} />
      </label>
      <div className="actions">
        <Button
          label={isBusy ? "Rejecting" : "Reject"}
          weight="danger"
          disabled={isBusy}
          onClick={() => onSay({ decision: "reject", reason: reason.trim() || "no reason given" })}
        />
        <Button label="Back" weight="quiet" onClick={onClose} />
      </div>
    </form>
  );
}

function Edit({ question, isBusy, onSay, onClose }: SayProps & { readonly question: ApprovalRequest }) {
  const original = editable(question);
  const [text, setText] = useState(() => JSON.stringify(original, null, 2));
  const result = parsed(text);
  const isSound = "value" in result;
  const { changes, left } = isSound ? changesOf(original, result.value) : { changes: [], left: 0 };
  return (
    <form className="stack" onSubmit={(event) => event.preventDefault()}>
      <label>
        {question.kind === "grant"
          ? "By how much instead, as JSON: micro-dollars, tokens, steps, calls"
          : "What it is to be instead, as JSON"}
        <textarea
          className="code"
          rows={Math.min(16, text.split("\n").length + 1)}
          spellCheck={false}
          aria-invalid={!isSound}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      {isSound ? null : (
        <p className="text-bad" role="alert">
          {result.fault}
        </p>
      )}
      {changes.length === 0 ? null : <ChangeTable changes={changes} />}
      {left === 0 ? null : <p className="muted">{left} more changes are not listed.</p>}
      <div className="actions">
        <Button
          label={isBusy ? "Approving" : "Approve the edit"}
          icon="done"
          weight="main"
          disabled={isBusy || changes.length === 0}
          onClick={() => isSound && onSay({ decision: "edit", value: result.value })}
        />
        <Button label="Back" weight="quiet" onClick={onClose} />
      </div>
    </form>
  );
}

function Answer({ question, isBusy, onSay, onClose }: SayProps & { readonly question: ApprovalRequest }) {
  const [text, setText] = useState("");
  if (question.kind === "resolve") {
    return (
      <div className="actions">
        <Button
          label="The first stands"
          disabled={isBusy}
          onClick={() => onSay({ decision: "answer", value: "kept" })}
        />
        <Button
          label="The second stands"
          disabled={isBusy}
          onClick={() => onSay({ decision: "answer", value: "refused" })}
        />
        <Button label="Back" weight="quiet" onClick={onClose} />
      </div>
    );
  }
  // What reads as JSON is that value, as on the command line; everything else is a text.
  const result = parsed(text);
  const value = "value" in result ? result.value : text;
  return (
    <form className="stack" onSubmit={(event) => event.preventDefault()}>
      <label>
        {question.kind === "unknown" ? "What the call returned" : "Your answer"}
        <textarea rows={3} value={text} onChange={({ target }) => setText(target.value)} />
      </label>
      <p className="muted">
        Sent as{" "}
        {typeof value === "string"
          ? "text"
          : `JSON: ${Array.isArray(value) ? "list" : value === null ? "null" : typeof value}`}
        .
      </p>
      <div className="actions">
        <Button
          label={isBusy ? "Answering" : "Answer"}
          icon="done"
          weight="main"
          disabled={isBusy || text.trim() === ""}
          onClick={() => onSay({ decision: "answer", value })}
        />
        <Button label="Back" weight="quiet" onClick={onClose} />
      </div>
    </form>
  );
}
