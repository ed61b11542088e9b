/** Why: from the objective down to the entry that is shown, with the rules that were applied, and the entry itself. */
import type { Why } from "../../../src/contracts/inspection.ts";
import type { Ruling } from "../../../src/contracts/journal.ts";
import { Empty } from "../parts/empty.tsx";
import { JsonTree } from "../parts/json-tree.tsx";
import { Show, useLoaded } from "../parts/loaded.tsx";
import { Tag } from "../parts/pill.tsx";
import { Said } from "../parts/said.tsx";
import { usePage } from "../session/page.ts";
import { useRun } from "../session/run.ts";
import { plural } from "../state/format.ts";
import type { RunPlace } from "../state/place.ts";
import { shownSeq } from "../state/run.ts";
import type { Tone } from "../state/tone.ts";
import { ChangeTable } from "./change-table.tsx";
import { SeqLink } from "./seq-link.tsx";

export function WhyPanel({ place }: { readonly place: RunPlace }) {
  const { source } = usePage();
  const seq = shownSeq(useRun());
  const loaded = useLoaded(`${place.run}/${seq}`, () => source.why(place.run, seq));
  return (
    <div className={`panel${loaded.isStale ? " is-stale" : ""}`} data-panel="why" aria-busy={loaded.isStale}>
      {seq === 0 ? (
        <Empty title="Nothing has happened yet" />
      ) : (
        <Show of={loaded} what="The reason">
          {(why) => <Because why={why} />}
        </Show>
      )}
    </div>
  );
}

function Because({ why }: { readonly why: Why }) {
  return (
    <>
      <ol className="causes" aria-label="From the objective to this entry">
        <li className="cause is-objective">
          <span className="cause-kind">objective</span>
          <p>
            <Said text={why.objective} />
          </p>
        </li>
        {why.because.toReversed().map(({ seq, kind, why: reason }) => (
          <li key={seq} className="cause">
            <span className="cause-kind">
              <SeqLink seq={seq} /> {kind}
            </span>
            <p>
              <Said text={reason} />
            </p>
          </li>
        ))}
        <li className="cause is-this" aria-current="step">
          <span className="cause-kind">
            <SeqLink seq={why.seq} /> this entry
          </span>
          <p>
            <Said text={why.summary} />
          </p>
        </li>
      </ol>
      {why.rulings.length === 0 ? null : <h2 className="panel-sub">Rules that were applied</h2>}
      {rulingsOf(why.rulings)}
      <h2 className="panel-sub">The entry, as the journal has it</h2>
      <JsonTree value={why.entry} label="The entry" />
      {why.changes.length === 0 ? null : (
        <>
          <h2 className="panel-sub">
            What it changed <span className="muted">{plural(why.changes.length, "value")}</span>
          </h2>
          <ChangeTable changes={why.changes} />
        </>
      )}
    </>
  );
}

const rulingsOf = (rulings: readonly Ruling[]) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: a ruling has no name but its place in the entry
  rulings.map((ruling, place) => <OneRuling key={place} ruling={ruling} />);

const NO = /deny|denied|refused|stopped|failed|forged|expired|loop|reject/;
const YES = /allow|granted|approve|accepted|completed|kept|raised|answer/;
const toneOf = (verdict: string): Tone => (NO.test(verdict) ? "bad" : YES.test(verdict) ? "good" : "calm");

const OneRuling = ({ ruling: { actor, rule, verdict, reason, data } }: { readonly ruling: Ruling }) => (
  <article className="card ruling">
    <header>
      <Tag text={verdict} tone={toneOf(verdict)} />
      <code>
        <Said text={rule} />
      </code>
      <span className="muted">
        <Said text={actor} />
      </span>
    </header>
    {reason === undefined ? null : (
      <p>
        <Said text={reason} />
      </p>
    )}
    {data === undefined ? null : <JsonTree value={data} label={`Data of ${rule}`} openTo={1} rows={6} />}
  </article>
);
