/** The budget: what is spent, held and free in each pot, how it came to that, and how it will end. */
import { useState } from "react";
import type { Amount, CountedPot, Limits, PartLimits } from "../../../src/contracts/budget.ts";
import type { Moment } from "../../../src/contracts/inspection.ts";
import type { PartReport } from "../../../src/contracts/report.ts";
import { Meter } from "../parts/meter.tsx";
import { Said } from "../parts/said.tsx";
import { potNames, quantity, share } from "../state/format.ts";
import { BudgetNotes } from "./budget-notes.tsx";
import { SpendChart } from "./spend-chart.tsx";

const POTS: readonly CountedPot[] = ["costMicroUsd", "tokens", "steps", "toolCalls"];

export function BudgetPanel({ moment }: { readonly moment: Moment }) {
  const [pot, setPot] = useState<CountedPot>("costMicroUsd");
  const { budget } = moment;
  return (
    <div className="panel" data-panel="budget">
      <div className="pots">
        {POTS.map((one) => (
          <PotRow
            key={one}
            pot={one}
            amounts={budget}
            forecast={budget.forecast?.[one]}
            isChosen={pot === one}
            isOver={budget.overCommitted.includes(one)}
            onChoose={() => setPot(one)}
          />
        ))}
      </div>
      <SpendChart pot={pot} cap={budget.limits[pot]} forecast={budget.forecast?.[pot]} />
      <Efficiency moment={moment} />
      <Times limits={budget.limits} />
      {budget.parts.length === 0 ? null : <Parts parts={budget.parts} pot={pot} />}
      <BudgetNotes budget={budget} />
    </div>
  );
}

interface PotRowProps {
  readonly pot: CountedPot;
  readonly amounts: { readonly limits: PartLimits; readonly spent: Amount; readonly held: Amount };
  readonly forecast: number | undefined;
  readonly isChosen: boolean;
  readonly isOver: boolean;
  readonly onChoose: () => void;
}

function PotRow({ pot, amounts: { limits, spent, held }, forecast, isChosen, isOver, onChoose }: PotRowProps) {
  const cap = limits[pot];
  const free = cap === undefined ? undefined : Math.max(0, cap - spent[pot] - held[pot]);
  return (
    <button type="button" className="pot" aria-pressed={isChosen} onClick={onChoose}>
      <span className="pot-name">
        {potNames[pot]}
        {isOver ? <span className="text-bad"> over-committed</span> : null}
      </span>
      <span className="pot-spent number">{quantity(pot, spent[pot])}</span>
      <Meter label={potNames[pot]} spent={spent[pot]} held={held[pot]} cap={cap} />
      <span className="pot-rest">
        <span>{held[pot] === 0 ? "nothing held" : `${quantity(pot, held[pot])} held`}</span>
        <span>{free === undefined ? "no cap" : `${quantity(pot, free)} free of ${quantity(pot, cap ?? 0)}`}</span>
        {forecast === undefined ? null : (
          <span className={cap !== undefined && forecast > cap ? "text-bad" : ""}>
            forecast {quantity(pot, forecast)}
          </span>
        )}
      </span>
    </button>
  );
}

function Efficiency({ moment: { budget } }: { readonly moment: Moment }) {
  const { costMicroUsd, tokens } = budget.efficiency;
  if (costMicroUsd === undefined && tokens === undefined) return null;
  return (
    <dl className="facts">
      {costMicroUsd === undefined ? null : (
        <div title="Actual over held, of calls that reported what they used">
          <dt>hold efficiency, cost</dt>
          <dd>{share(costMicroUsd)}</dd>
        </div>
      )}
      {tokens === undefined ? null : (
        <div title="Actual over held, of calls that reported what they used">
          <dt>hold efficiency, tokens</dt>
          <dd>{share(tokens)}</dd>
        </div>
      )}
      {budget.untrusted === 0 ? null : (
        <div>
          <dt>bills not to go by</dt>
          <dd>{budget.untrusted}</dd>
        </div>
      )}
    </dl>
  );
}

function Times({ limits: { wallMs, activeMs } }: { readonly limits: Limits }) {
  if (wallMs === undefined && activeMs === undefined) return null;
  return (
    <dl className="facts">
      {wallMs === undefined ? null : (
        <div>
          <dt>wall time, at most</dt>
          <dd>{quantity("wallMs", wallMs)}</dd>
        </div>
      )}
      {activeMs === undefined ? null : (
        <div>
          <dt>active time, at most</dt>
          <dd>{quantity("activeMs", activeMs)}</dd>
        </div>
      )}
    </dl>
  );
}

const MOST_PARTS = 100;

const Parts = ({ parts, pot }: { readonly parts: readonly PartReport[]; readonly pot: CountedPot }) => (
  <section className="panel-section">
    <h2 className="panel-sub">
      Agents and tasks with caps of their own <span className="tab-count">{parts.length}</span>
    </h2>
    <div className="parts">
      {parts.slice(0, MOST_PARTS).map(({ name, limits, spent, held }) => (
        <div key={name} className="part">
          <span className="part-name">
            <Said text={name} />
          </span>
          <span className="number">{quantity(pot, spent[pot])}</span>
          <Meter label={`${name}, ${potNames[pot]}`} spent={spent[pot]} held={held[pot]} cap={limits[pot]} />
          <span className="muted number">{limits[pot] === undefined ? "no cap" : quantity(pot, limits[pot])}</span>
        </div>
      ))}
    </div>
    {parts.length > MOST_PARTS ? <p className="muted">{parts.length - MOST_PARTS} more are not shown here.</p> : null}
  </section>
);
