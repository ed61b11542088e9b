/** Why: the entry that is shown, the rules that were applied, and its causes up to the objective. */
import { useState } from "react";
import type { Why } from "../../../src/contracts/inspection.ts";
import type { Ruling } from "../../../src/contracts/journal.ts";
import { Empty } from "../parts/empty.tsx";
import { JsonTree } from "../parts/json-tree.tsx";
import { Show, useLoaded } from "../parts/loaded.tsx";
import { Tag } from "../parts/pill.tsx";
import { Said, Whole } from "../parts/said.tsx";
import { usePage } from "../session/page.ts";
import { useRest, useRun } from "../session/run.ts";
import { plural } from "../state/format.ts";
import type { RunPlace } from "../state/place.ts";
import { shownSeq } from "../state/run.ts";
import type { Tone } from "../state/tone.ts";
import { ChangeTable } from "./change-table.tsx";
import { SeqLink } from "./seq-link.tsx";

export function WhyPanel({ place }: { readonly place: RunPlace }) {
  const { source } = usePage();
  const seq = shownSeq(useRun());
  const loaded = useLoaded(`${place.run}/${seq}`, () => source.why(place.run, seq), useRest());
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
      <div className="why-this">
        <SeqLink seq={why.seq} />
        <h2>
          <Whole text={why.summary} />
        </h2>
      </div>
      {rulingsOf(why.rulings)}
      <h2 className="panel-sub">Because</h2>
      <Causes why={why} />
      {why.changes.length === 0 ? null : (
        <>
          <h2 className="panel-sub">
            What it changed <span className="muted">{plural(why.changes.length, "value")}</span>
          </h2>
          <ChangeTable changes={why.changes} />
        </>
      )}
      <h2 className="panel-sub">The entry, as the journal has it</h2>
      <JsonTree value={why.entry} label="The entry" />
    </>
  );
}

/** Of a long chain, its two ends. */
const [NEAREST, FARTHEST] = [5, 3];

/** The nearest cause first, the objective last. */
function Causes({ why: { because, objective } }: { readonly why: Why }) {
  const [isWhole, setWhole] = useState(false);
  const middle = isWhole ? 0 : Math.max(0, because.length - NEAREST - FARTHEST);
  const near = middle === 0 ? because : because.slice(0, NEAREST);
  const far = middle === 0 ? [] : because.slice(-FARTHEST);
  return (
    <ol className="causes" aria-label="From this entry up to the objective">
      {near.map(causeOf)}
      {middle === 0 ? null : (
        <li className="cause is-folded">
          <button type="button" className="link" onClick={() => setWhole(true)}>
            {plural(middle, "cause")} between: show
          </button>
        </li>
      )}
      {far.map(causeOf)}
      <li className="cause is-objective">
        <span className="cause-kind">objective</span>
        <p>
          <Whole text={objective} />
        </p>
      </li>
    </ol>
  );
}

const causeOf = ({ seq, kind, why }: Why["because"][number]) => (
  <li key={seq} className="cause">
    <span className="cause-kind">
      <SeqLink seq={seq} /> {kind}
    </span>
    <p>
      <Whole text={why} />
    </p>
  </li>
);

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
        <Whole text={reason} />
      </p>
    )}
    {data === undefined ? null : <JsonTree value={data} label={`Data of ${rule}`} openTo={1} rows={6} />}
  </article>
);
