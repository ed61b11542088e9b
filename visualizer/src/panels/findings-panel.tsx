/** What went wrong, or was kept from going wrong, up to the moment that is shown. */
import type { ReactNode } from "react";
import type { Moment } from "../../../src/contracts/inspection.ts";
import { Empty } from "../parts/empty.tsx";
import { Pill, Tag } from "../parts/pill.tsx";
import { Said, Whole } from "../parts/said.tsx";
import { clock, plural } from "../state/format.ts";
import { markLooks } from "../state/tone.ts";
import { ConflictCard } from "./conflict-card.tsx";
import { LoopCard } from "./loop-card.tsx";
import { SeqLink } from "./seq-link.tsx";

export const findingsIn = (moment: Moment): number =>
  moment.loops.length +
  moment.conflicts.length +
  moment.denials.length +
  moment.quarantines.length +
  moment.findings.length;

/** Of each kind, the last so many are drawn. */
const MOST = 50;

export function FindingsPanel({ moment }: { readonly moment: Moment }) {
  const { loops, conflicts, denials, quarantines, shares, findings, orders = [] } = moment;
  const isEmpty = findingsIn(moment) + shares.length + orders.length === 0;
  return (
    <div className="panel" data-panel="findings">
      {isEmpty ? <Empty title="Nothing found">No loop, conflict, denial or quarantine up to here.</Empty> : null}
      <Section title="Loops" of={loops}>
        {(loop) => <LoopCard key={`${loop.seq}/${loop.task}`} loop={loop} />}
      </Section>
      <Section title="Conflicts" of={conflicts}>
        {(conflict) => <ConflictCard key={conflict.id} conflict={conflict} />}
      </Section>
      <Section title="Denials" of={denials}>
        {({ seq, actor, ruling }) => (
          <article key={`${seq}/${ruling.rule}/${actor}`} className="card finding">
            <header>
              <Pill look={markLooks.denied} label={ruling.verdict} />
              <Tag text={ruling.rule} />
              <SeqLink seq={seq} />
            </header>
            <p>
              <Whole text={ruling.reason ?? "no reason given"} />
            </p>
            <p className="muted">
              <Said text={actor} />
            </p>
          </article>
        )}
      </Section>
      <Section title="Quarantines" of={quarantines}>
        {({ agent, reason, tasks, keys, at }) => (
          <article key={`${agent}/${at}`} className="card finding">
            <header>
              <Pill look={markLooks.quarantined} label={agent} />
              <time className="muted">{clock(at)}</time>
            </header>
            <p>
              <Whole text={reason} />
            </p>
            <p className="muted">
              Done again or given to others: {tasks.length === 0 ? "nothing" : <Said text={tasks.join(", ")} />}.
              Withdrawn from the board: {keys.length === 0 ? "nothing" : <Said text={keys.join(", ")} />}.
            </p>
          </article>
        )}
      </Section>
      <Section title="Orders from outside" of={orders}>
        {({ seq, at, by, order, reason }) => (
          <article key={`${seq}/${order}`} className="card finding">
            <header>
              <Pill look={markLooks.order} label={order} />
              <Tag text={`${by.kind} ${by.id}`} tone={by.kind === "guardian" ? "wait" : "calm"} />
              <time className="muted">{clock(at)}</time>
              <SeqLink seq={seq} />
            </header>
            {reason === undefined ? null : (
              <p>
                <Whole text={reason} />
              </p>
            )}
          </article>
        )}
      </Section>
      <Section title="Checks that found something" of={findings}>
        {({ source, message, task }) => (
          <article key={`${source}/${task}/${message}`} className="card finding">
            <header>
              <Tag text={source} tone="bad" />
              {task === undefined ? null : <Tag text={task} />}
            </header>
            <p>
              <Whole text={message} />
            </p>
          </article>
        )}
      </Section>
      <Section title="Work not done twice" of={shares}>
        {({ task, tool, from }) => (
          <p key={`${task}/${tool}/${from}`} className="row">
            <Pill look={markLooks.shared} label={task} />
            <span className="muted">
              {tool === undefined ? "took the output of" : <Said text={`took ${tool} of`} />}
            </span>
            <Tag text={from} />
          </p>
        )}
      </Section>
    </div>
  );
}

interface SectionProps<Item> {
  readonly title: string;
  readonly of: readonly Item[];
  readonly children: (item: Item) => ReactNode;
}

function Section<Item>({ title, of, children }: SectionProps<Item>) {
  if (of.length === 0) return null;
  const shown = of.slice(-MOST).toReversed();
  return (
    <section className="panel-section">
      <h2 className="panel-sub">
        {title} <span className="tab-count">{of.length}</span>
      </h2>
      {shown.map(children)}
      {of.length > MOST ? <p className="muted">{plural(of.length - MOST, "earlier one")} not shown here.</p> : null}
    </section>
  );
}
