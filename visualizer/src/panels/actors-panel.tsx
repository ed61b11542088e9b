/** The actors that live at this moment, and the one that is chosen in full. */
import type { ActorId } from "../../../src/contracts/ids.ts";
import type { ActorView, Moment } from "../../../src/contracts/inspection.ts";
import { ActorsView } from "../drawings/actors-view.tsx";
import { Button } from "../parts/button.tsx";
import { Empty } from "../parts/empty.tsx";
import { Glyph } from "../parts/glyph.tsx";
import { JsonTree } from "../parts/json-tree.tsx";
import { Show, useLoaded } from "../parts/loaded.tsx";
import { Tag } from "../parts/pill.tsx";
import { Said } from "../parts/said.tsx";
import { usePage } from "../session/page.ts";
import { useAsked, useRest } from "../session/run.ts";
import { oneLine } from "../state/changes.ts";
import { usd } from "../state/format.ts";
import type { PanelProps } from "./main-panel.tsx";

export function ActorsPanel({ place, moment }: PanelProps) {
  const { places } = usePage();
  const chosen = moment.actors.some(({ id }) => id === place.actor) ? place.actor : undefined;
  return (
    <div className={`drawing actors-panel${chosen === undefined ? "" : " has-detail"}`} data-panel="actors">
      <div className="drawing-box">
        <ActorsView
          actors={moment.actors}
          left={moment.actorsLeft}
          selected={chosen}
          onSelect={(actor) => places.turn({ actor })}
        />
      </div>
      {chosen === undefined ? null : <Detail run={place.run} actor={chosen} moment={moment} />}
    </div>
  );
}

interface DetailProps {
  readonly run: string;
  readonly actor: ActorId;
  readonly moment: Moment;
}

function Detail({ run, actor, moment }: DetailProps) {
  const { source, places } = usePage();
  const asked = useAsked(moment);
  const loaded = useLoaded(
    `${run}/${actor}/${moment.seq}`,
    async () => ({ view: await source.actor(run, actor, asked) }),
    useRest(),
  );
  return (
    <section className="panel actor-detail" aria-label={`Actor ${actor}`}>
      <header className="panel-head">
        <h2 className="panel-sub">
          <Said text={actor} />
        </h2>
        <Button label="Chart" icon="state" onClick={() => places.turn({ tab: "chart" })} />
        <button type="button" className="link" onClick={() => places.turn({ actor: undefined })}>
          Close
        </button>
      </header>
      <Show of={loaded} what="The actor">
        {({ view }) =>
          view === undefined ? <Empty title="It does not live at this moment" /> : <Inside view={view} />
        }
      </Show>
    </section>
  );
}

function Inside({ view: { node, context, guards } }: { readonly view: ActorView }) {
  return (
    <>
      <p className="actor-states">
        {node.active.map((state) => (
          <Tag key={state} text={state} tone="run" />
        ))}
        {node.spent === undefined ? null : <span className="muted">{usd(node.spent.costMicroUsd)} spent</span>}
      </p>
      {guards.some(({ holds }) => holds === false) ? <h3 className="panel-sub">What cannot happen now</h3> : null}
      {guards
        .filter(({ holds }) => holds === false)
        .map(({ edge, guard, read }) => (
          <div key={edge} className="guard">
            <p>
              <Glyph name="denied" /> <Said text={`${guard} is false`} />
            </p>
            {read.map(({ path, value }) => (
              <p key={path} className="muted">
                <Said text={`${path} is ${oneLine(value, 80)}`} />
              </p>
            ))}
          </div>
        ))}
      <h3 className="panel-sub">Context</h3>
      <JsonTree value={context} label={`Context of ${node.id}`} rows={24} />
    </>
  );
}
