/**
 * One question: what exactly is bound, who asks and why, and the words one may say. All of it is drawn by the runtime's
 * own rendering; what the agent says stands apart, after it.
 */
import { useMemo, useState } from "react";
import type { ApprovalRequest } from "../../../src/contracts/approvals.ts";
import { render } from "../../../src/decisions/rendering.ts";
import { Copy } from "../parts/copy.tsx";
import { Glyph } from "../parts/glyph.tsx";
import { Tag } from "../parts/pill.tsx";
import { Said, Whole } from "../parts/said.tsx";
import { useNow } from "../session/media.ts";
import { usePage, useStore } from "../session/page.ts";
import { day, duration } from "../state/format.ts";
import type { Ending } from "../state/inbox.ts";
import { hashOf, runPlace } from "../state/place.ts";
import { questionKinds, raiseOf, refusalText } from "../state/question.ts";
import { DecideForm } from "./decide-form.tsx";
import { Subject } from "./subject.tsx";

interface CardProps {
  readonly question: ApprovalRequest;
  readonly ending?: Ending;
  /** It was open at a moment of the past. */
  readonly isPast?: boolean;
  /** Says which run it is of. */
  readonly hasRun?: boolean;
}

/** Of a long value, until all is asked for. */
const FOLDED = { lines: 24, columns: 600, values: 60 };

export function QuestionCard({ question, ending, isPast = false, hasRun = false }: CardProps) {
  const [isWhole, setWhole] = useState(false);
  // Of megabytes, not for every tick of the clock.
  const rendering = useMemo(() => render(question, isWhole ? {} : FOLDED), [question, isWhole]);
  const title = `question-${question.id}`;
  const isOver = ending !== undefined || isPast;
  return (
    <article className={`card question${isOver ? " is-over" : ""}`} aria-labelledby={title}>
      <header className="question-head">
        <Tag text={questionKinds[question.kind].label} tone="wait" />
        <h2 id={title}>{rendering.title}</h2>
        {isOver ? null : <Countdown question={question} />}
      </header>
      {ending === undefined ? null : <Ended question={question} ending={ending} />}
      <Refused question={question} />
      <dl className="facts">
        {hasRun ? <RunFact question={question} /> : null}
        {rendering.facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <Fact name="on behalf of" value={question.requester.chain?.join(", for ")} />
        <Fact name="raises" value={raiseOf(question)} />
      </dl>
      <Subject rendering={rendering} onWhole={() => setWhole(true)} />
      <div className="digest">
        <span className="muted">Digest</span>
        <Copy label="digest" text={question.digest} shown={question.digest.slice(0, 16)} />
      </div>
      {question.rationale === undefined ? null : <Rationale text={question.rationale} />}
      {isOver ? null : <DecideForm question={question} isWhole={rendering.digest !== undefined} />}
    </article>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string | undefined }) {
  if (value === undefined || value === "") return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Said text={value} />
      </dd>
    </div>
  );
}

function RunFact({ question: { id } }: { readonly question: ApprovalRequest }) {
  const run = id.slice(0, Math.max(0, id.indexOf(":")));
  return (
    <div>
      <dt>run</dt>
      <dd>
        <a href={hashOf(runPlace(run))}>
          <Said text={run} />
        </a>
      </dd>
    </div>
  );
}

/** V3: apart, after what is bound, and marked as what it is. */
const Rationale = ({ text }: { readonly text: string }) => (
  <aside className="rationale">
    <h3>
      <Glyph name="broken" />
      What the agent says about it: untrusted, and bound by nothing
    </h3>
    <blockquote>
      <Whole text={text} />
    </blockquote>
  </aside>
);

function Countdown({ question: { askedAt, expiresAt } }: { readonly question: ApprovalRequest }) {
  const now = useNow();
  const left = expiresAt - now;
  const isSoon = left < Math.min(600_000, (expiresAt - askedAt) / 5);
  return (
    <span
      className={`countdown${isSoon ? " tone-bad" : " tone-calm"}`}
      title={`Expires ${day(expiresAt)}, then it is a no`}
    >
      <Glyph name="clock" />
      {left <= 0 ? "expired" : `${duration(left)} left`}
    </span>
  );
}

const SAID = { approve: "Approved", edit: "Approved with your edit", reject: "Rejected", answer: "Answered" } as const;

function Ended({ question, ending }: { readonly question: ApprovalRequest; readonly ending: Ending }) {
  const { inbox } = usePage();
  const text =
    ending.kind === "decided"
      ? SAID[ending.decision]
      : ending.kind === "expired"
        ? "Expired: silence is a no"
        : "Already decided: in another tab, by another person, or with its run";
  const tone = ending.kind === "decided" ? "good" : "calm";
  return (
    <div className={`notice tone-${tone}`} role="status">
      <Glyph name={ending.kind === "decided" ? "done" : "late"} />
      <span>{text}</span>
      <button type="button" className="link" onClick={() => inbox.dispatch({ kind: "dismiss", id: question.id })}>
        Dismiss
      </button>
    </div>
  );
}

function Refused({ question }: { readonly question: ApprovalRequest }) {
  const { inbox } = usePage();
  const refusal = useStore(inbox).refusals[question.id];
  if (refusal === undefined) return null;
  return (
    <div className="notice tone-bad" role="alert">
      <Glyph name="denied" />
      <span>
        <strong>{refusalText(refusal.code)}</strong> <code>{refusal.code}</code> <Said text={refusal.reason} />
      </span>
    </div>
  );
}
