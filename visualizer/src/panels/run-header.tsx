/** What the run is about, how it stands, what it has cost, and the orders one can give it. */
import { useState } from "react";
import type { ChainBadge as Chain, Moment } from "../../../src/contracts/inspection.ts";
import { Glyph } from "../parts/glyph.tsx";
import type { Loaded } from "../parts/loaded.tsx";
import { Meter } from "../parts/meter.tsx";
import { Pill, Tag } from "../parts/pill.tsx";
import { Said, Whole } from "../parts/said.tsx";
import { useSession } from "../session/run.ts";
import { compact, usd } from "../state/format.ts";
import { hashOf, runPlace } from "../state/place.ts";
import { stateTone, statusLooks } from "../state/tone.ts";
import { ChainBadge, takesOrders } from "./chain-badge.tsx";
import { Orders } from "./run-orders.tsx";

interface RunHeaderProps {
  readonly moment: Moment;
  /** Orders go to the run as it is now, whatever moment is shown. */
  readonly latest: Moment;
  /** Why the moment that was asked for is not the one that is shown. */
  readonly failure: string | undefined;
  readonly chain: Loaded<Chain>;
}

export function RunHeader({ moment, latest, failure, chain }: RunHeaderProps) {
  const { reload } = useSession();
  const [isOpen, setOpen] = useState(false);
  return (
    <header className="run-header">
      <div className="run-title">
        <a className="crumb" href="#/">
          Runs
        </a>
        <span className="crumb-name">
          <Said text={moment.name} />
        </span>
        <code className="crumb-id">{moment.run}</code>
        {moment.forkedFrom === undefined ? null : <Forked from={moment.forkedFrom} />}
      </div>
      <h1 className={isOpen ? "" : "is-cut"}>
        <button type="button" className="unbutton" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? <Whole text={moment.objective} most={50_000} /> : <Said text={moment.objective} />}
        </button>
      </h1>
      <div className="run-facts">
        <Pill look={statusLooks[moment.status]} />
        {moment.state === moment.status ? null : <Tag text={moment.state} tone={stateTone(moment.state)} />}
        {moment.seq === latest.head ? null : <Tag text={`as of #${moment.seq}`} tone="wait" />}
        <Spend moment={moment} />
        <ChainBadge chain={chain} />
        {moment.failure === undefined ? null : (
          <span className="run-failure text-bad">
            <Said text={moment.failure} />
          </span>
        )}
      </div>
      <Orders moment={latest} isSteered={takesOrders(chain)} />
      {failure === undefined ? null : (
        <p className="run-limited notice tone-bad" role="alert">
          <Glyph name="broken" />
          <span>
            What is shown may be old: <Said text={failure} />
          </span>
          <button type="button" className="link" onClick={reload}>
            Try again
          </button>
        </p>
      )}
      {moment.limited === undefined ? null : (
        <p className="run-limited notice tone-wait">
          <Glyph name="broken" />
          <span>
            Only part of it can be shown: <Said text={moment.limited} />
          </span>
        </p>
      )}
    </header>
  );
}

const Forked = ({ from: { run, seq } }: { readonly from: NonNullable<Moment["forkedFrom"]> }) => (
  <a className="crumb-fork" href={hashOf({ ...runPlace(run), seq })}>
    forked from #{seq} of <Said text={run} />
  </a>
);

function Spend({ moment }: { readonly moment: Moment }) {
  const { spent, held, limits } = moment.budget;
  const cap = limits.costMicroUsd;
  return (
    <span className="run-spend">
      <strong>{usd(spent.costMicroUsd)}</strong>
      {cap === undefined ? null : <span className="muted">of {usd(cap)}</span>}
      {cap === undefined ? null : <Meter label="Cost" spent={spent.costMicroUsd} held={held.costMicroUsd} cap={cap} />}
      <span className="muted">{compact(spent.tokens)} tokens</span>
    </span>
  );
}
