/** The words that need more than a press: a refusal's reason, an edit, an answer. */
import { useState } from "react";
import type { ApprovalRequest, DecisionKind } from "../../../src/contracts/approvals.ts";
import type { Json } from "../../../src/contracts/json.ts";
import { Button } from "../parts/button.tsx";
import { changesOf } from "../state/changes.ts";
import { parsed } from "../state/parsed.ts";
import { editable } from "../state/question.ts";
import { ChangeTable } from "./change-table.tsx";

export interface Word {
  readonly decision: DecisionKind;
  readonly value?: Json;
  readonly reason?: string;
}

interface SayProps {
  readonly isBusy: boolean;
  readonly onSay: (word: Word) => void;
  readonly onClose: () => void;
}

export function Reject({ isBusy, onSay, onClose }: SayProps) {
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

export function Edit({ question, isBusy, onSay, onClose }: SayProps & { readonly question: ApprovalRequest }) {
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

export function Answer({ question, isBusy, onSay, onClose }: SayProps & { readonly question: ApprovalRequest }) {
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
