/** The drawings, and what they are drawn from. */
import { useMemo, useState } from "react";
import type { ActorId } from "../../../src/contracts/ids.ts";
import type { Moment } from "../../../src/contracts/inspection.ts";
import { ChartView } from "../drawings/chart-view.tsx";
import { PlanView } from "../drawings/plan-view.tsx";
import { SequenceView } from "../drawings/sequence-view.tsx";
import { Empty } from "../parts/empty.tsx";
import { Show, useLoaded } from "../parts/loaded.tsx";
import { usePage } from "../session/page.ts";
import { useAsked, useRest, useRun } from "../session/run.ts";
import { shownSeq } from "../state/run.ts";
import { ActorPicker } from "./actor-picker.tsx";
import type { PanelProps } from "./main-panel.tsx";

const ORCHESTRATOR: ActorId = "orchestrator";
const NONE: readonly never[] = [];
const NEVER: { readonly [id: string]: number } = {};

/** The actor that is looked at, or the root where it does not live at this moment. */
const lookedAt = (moment: Moment, actor: ActorId | undefined) =>
  moment.actors.find(({ id }) => id === actor) ?? moment.actors[0];

export function ChartPanel({ place, moment }: PanelProps) {
  const { source, places } = usePage();
  const node = lookedAt(moment, place.actor);
  const id = node?.id ?? ORCHESTRATOR;
  const name = node?.chart ?? ORCHESTRATOR;
  const rest = useRest();
  const asked = useAsked(moment);
  const chart = useLoaded(`${place.run}/${name}`, () => source.chart(place.run, name));
  const loaded = useLoaded(`${place.run}/${id}/${moment.seq}`, () => source.actor(place.run, id, asked), rest);
  const taken = moment.taken.find(({ actor }) => actor === id)?.edges ?? NONE;
  const view = loaded.value?.node.id === id ? loaded.value : undefined;
  return (
    <div className="drawing" data-panel="chart">
      <ActorPicker moment={moment} actor={id} onActor={(actor) => places.turn({ actor })} />
      {place.actor === undefined || place.actor === id ? null : (
        <p className="drawing-note muted">{place.actor} does not live at this moment.</p>
      )}
      <div className="drawing-box">
        <Show of={chart.isStale ? { ...chart, value: undefined } : chart} what="The chart">
          {(value) => (
            <ChartView
              chart={value}
              active={node?.active ?? NONE}
              taken={taken}
              takenAt={moment.seq}
              // What stood in a guard's way at another moment says nothing of this one.
              guards={loaded.isStale ? NONE : (view?.guards ?? NONE)}
              visits={view?.visits ?? NEVER}
            />
          )}
        </Show>
      </div>
    </div>
  );
}

/** A task is chosen by its last attempt, so that the chart shows it. */
export function PlanPanel({ place, moment }: PanelProps) {
  const { places } = usePage();
  const selected = moment.tasks.find(({ id, attempts }) => place.actor === `${id}#${attempts}`)?.id;
  return (
    <div className="drawing" data-panel="plan">
      <div className="drawing-box">
        <PlanView
          tasks={moment.tasks}
          at={moment.at}
          selected={selected}
          onSelect={(id) => {
            const task = moment.tasks.find((one) => one.id === id);
            places.turn({ actor: task === undefined ? undefined : `${task.id}#${Math.max(1, task.attempts)}` });
          }}
        />
      </div>
    </div>
  );
}

const AROUND = 300;

export function SequencePanel({ place }: PanelProps) {
  const { source, places } = usePage();
  const state = useRun();
  const { head, wanted } = state;
  const seq = shownSeq(state);
  const [asked, setAsked] = useState(() => ({ from: Math.max(1, seq - AROUND), to: seq + AROUND }));
  // Whoever follows sees what comes; pieces of it, so that not every entry asks anew.
  const range = useMemo(() => {
    const to = Math.min(head, asked.to);
    if (wanted !== undefined || to >= head)
      return { from: Math.min(asked.from, Math.max(1, head)), to: Math.max(1, to) };
    return { from: Math.max(1, head - AROUND), to: head };
  }, [asked, head, wanted]);
  const loaded = useLoaded(
    `${place.run}/${range.from}/${range.to}`,
    async () => ({
      range,
      sequence: await source.sequence(place.run, range.from, range.to),
    }),
    useRest(),
  );
  return (
    <div className="drawing" data-panel="sequence">
      <div className="drawing-box">
        <Show of={loaded} what="The sequence">
          {({ sequence, range: { from, to } }) =>
            sequence.messages.length === 0 ? (
              <Empty title="No message yet" />
            ) : (
              <SequenceView
                sequence={sequence}
                from={from}
                to={to}
                seq={seq}
                head={head}
                onSeek={(to) => places.turn({ seq: to, side: "why" })}
                onRange={setAsked}
              />
            )
          }
        </Show>
      </div>
    </div>
  );
}
