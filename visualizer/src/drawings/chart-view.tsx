/** Chart view: a statechart, its states of this moment lit, its last step animated, its guards explained. */
import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useState } from "react";
import type { Chart, ChartEdge, GuardReading } from "../../../src/contracts/inspection.ts";
import { Canvas } from "./canvas/canvas.tsx";
import type { Extent } from "./canvas/viewport.ts";
import { Card } from "./chart/card.tsx";
import { Controls } from "./chart/controls.tsx";
import type { Drawing } from "./chart/elk.ts";
import { foldedAtFirst } from "./chart/folding.ts";
import { takenWords } from "./chart/path-words.ts";
import { PlayerBar } from "./chart/player-bar.tsx";
import { Scene } from "./chart/scene.tsx";
import { shower } from "./chart/show.ts";
import type { Detail } from "./chart/sketch.ts";
import { useDrawing } from "./chart/use-drawing.ts";
import { usePlayer } from "./chart/use-player.ts";
import { walked } from "./chart/walk.ts";
import { type Corner, cornerFor } from "./corner.ts";
import { clip } from "./text.ts";
import "./card.css";
import "./chart/chart.css";
import "./chart/boxes.css";
import "./chart/ways.css";
import "./chart/focus.css";
import "./chart/heat.css";
import "./chart/controls.css";

export interface ChartViewProps {
  readonly chart: Chart;
  readonly active?: readonly string[];
  /** Transitions of the last step, and its number: another number animates them. */
  readonly taken?: readonly ChartEdge["id"][];
  readonly takenAt?: number;
  readonly guards?: readonly GuardReading[];
  readonly visits?: { readonly [id: string]: number };
}

const NONE: readonly never[] = [];
const NEVER: { readonly [id: string]: number } = {};

export function ChartView({
  chart,
  active = NONE,
  taken = NONE,
  takenAt = 0,
  guards = NONE,
  visits = NEVER,
}: ChartViewProps) {
  const [detail, setDetail] = useState<Detail>("overview");
  const [isWarm, setWarm] = useState(false);
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => foldedAtFirst(chart));
  const [focus, setFocus] = useState<string>();
  const [hover, setHover] = useState<string>();
  const [window, setWindow] = useState<Extent>({ width: 0, height: 0 });
  const prefix = useId();
  const player = usePlayer(chart);
  useEffect(() => {
    setFolded(foldedAtFirst(chart));
    setFocus(undefined);
    setHover(undefined);
  }, [chart]);
  const { drawing, sketch, problem } = useDrawing(chart, { detail, folded }, window);
  const step = player.step;
  const show = useMemo(
    () =>
      shower(chart, sketch, {
        active: step?.active ?? active,
        taken: step?.taken ?? taken,
        guards: step === undefined ? guards : NONE,
        visits: isWarm && step === undefined ? visits : NEVER,
      }),
    [chart, sketch, step, active, taken, guards, visits, isWarm],
  );
  const fold = useCallback(
    (id: string) =>
      setFolded((now) => (now.has(id) ? new Set([...now].filter((one) => one !== id)) : new Set([...now, id]))),
    [],
  );
  const goTo = useCallback(
    (id: string | undefined) => {
      setFocus(id);
      if (id !== undefined) document.getElementById(`${prefix}-${id}`)?.focus();
    },
    [prefix],
  );
  const onKey = (event: KeyboardEvent): void => {
    if (drawing === undefined) return;
    const canFold = event.key === "Enter" || event.key === " ";
    if (canFold && chart.states.some(({ parent }) => parent === focus)) fold(focus ?? "");
    else if (/^(?:Arrow|Home|End|Enter)/.test(event.key)) goTo(walked(drawing, focus, event.key));
    else return;
    event.preventDefault();
  };
  const first = drawing?.boxes.find(({ box }) => box.kind !== "beginning")?.box.id;
  const reveal = useMemo(() => drawing?.boxes.find(({ box }) => box.id === focus), [drawing, focus]);
  const last = useMemo(() => takenWords(chart, taken), [chart, taken]);
  const said = hover ?? focus;
  const corner = useMemo(() => cornerOf(drawing, said), [drawing, said]);
  return (
    <div className="chart">
      <Controls {...{ detail, setDetail, isWarm, setWarm, player }} />
      <p className="chart-last">{last === "" || step !== undefined ? "" : `last step: ${last}`}</p>
      <div className="chart-stage">
        <Canvas
          label={`Chart of ${clip(chart.name, 60)}: ${chart.states.length - 1} states, ${chart.edges.length} transitions`}
          size={drawing ?? { width: 0, height: 0 }}
          fitKey={`${chart.name} ${detail}`}
          onKey={onKey}
          onWindow={setWindow}
          {...(reveal === undefined ? {} : { reveal })}
        >
          {drawing === undefined ? null : (
            <Scene
              prefix={prefix}
              drawing={drawing}
              show={show}
              step={step === undefined ? takenAt : `play ${player.at}`}
              focus={focus ?? first}
              onFocus={setFocus}
              onHover={setHover}
              onFold={fold}
            />
          )}
        </Canvas>
        {drawing === undefined ? <p className="chart-wait">{problem ?? "Laying the chart out…"}</p> : null}
        {said === undefined ? null : (
          <Card chart={chart} sketch={sketch} id={said} corner={corner} guards={guards} visits={visits} />
        )}
      </div>
      {player.isOpen ? <PlayerBar chart={chart} player={player} /> : null}
    </div>
  );
}

/** Across from the state, or from the label of the way, that is pointed at. */
function cornerOf(drawing: Drawing | undefined, id: string | undefined): Corner {
  const box = drawing?.boxes.find((one) => one.box.id === id);
  const area = box ?? drawing?.ways.find((one) => one.way.id === id)?.label;
  return drawing === undefined || area === undefined ? "left-bottom" : cornerFor(area, drawing);
}
