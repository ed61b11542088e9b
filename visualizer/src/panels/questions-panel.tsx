/** The questions of one run: those that are open now, or those that were at the moment that is shown. */
import { Empty } from "../parts/empty.tsx";
import { Said } from "../parts/said.tsx";
import { usePage, useStore } from "../session/page.ts";
import { useRun } from "../session/run.ts";
import { ago, duration } from "../state/format.ts";
import type { PanelProps } from "./main-panel.tsx";
import { QuestionCard } from "./question-card.tsx";

export function QuestionsPanel({ place, moment }: PanelProps) {
  const { inbox } = usePage();
  const { open = [], closed } = useStore(inbox);
  const { wanted } = useRun();
  const isOwn = ({ id }: { readonly id: string }) => id.startsWith(`${place.run}:`);
  const isOpen = ({ id }: { readonly id: string }) => open.some((one) => one.id === id);
  const isClosed = ({ id }: { readonly id: string }) => closed.some(({ question }) => question.id === id);
  const past = wanted === undefined ? [] : moment.questions.filter((one) => !isOpen(one) && !isClosed(one));
  // The inbox is told of by itself; a moment of the head may be a little ahead of it.
  const ahead = wanted === undefined ? moment.questions.filter((one) => !isOpen(one) && !isClosed(one)) : [];
  const now = [...open.filter(isOwn), ...ahead];
  const ended = closed.filter(({ question }) => isOwn(question));
  return (
    <div className="panel" data-panel="inbox">
      {now.length + ended.length + past.length === 0 ? (
        <Empty title="No open question">Whatever needs a person in this run is asked here.</Empty>
      ) : null}
      {ended.map(({ question, ending }) => (
        <QuestionCard key={question.id} question={question} ending={ending} />
      ))}
      {now.map((question) => (
        <QuestionCard key={question.id} question={question} />
      ))}
      {past.length === 0 ? null : <h2 className="panel-sub">Open at this moment, settled since</h2>}
      {past.map((question) => (
        <QuestionCard key={question.id} question={question} isPast />
      ))}
      {moment.decided.length === 0 ? null : (
        <section className="decided">
          <h2 className="panel-sub">Decided lately</h2>
          <ul className="rows">
            {moment.decided.toReversed().map(({ by, at, decision, openMs }) => (
              <li key={`${at}/${by}`} className="row">
                <span className="row-name">
                  <Said text={by} />
                </span>
                <span>{decision}</span>
                <span className="muted">after {duration(openMs)}</span>
                <span className="muted number">{ago(at, moment.at)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
