/** Plan view: the tasks of a run, what each needs, who does it and who answers for it, the critical path drawn heavier. */
import { type KeyboardEvent, memo, useCallback, useEffect, useId, useMemo, useState } from "react";
import type { TaskId } from "../../../src/contracts/ids.ts";
import type { TaskNode } from "../../../src/contracts/inspection.ts";
import type { Timestamp } from "../../../src/contracts/units.ts";
import { Canvas } from "./canvas/canvas.tsx";
import type { Extent } from "./canvas/viewport.ts";
import { cornerFor } from "./corner.ts";
import { pathOf } from "./path.ts";
import { CARD, type PlacedLink, type PlacedTask } from "./plan/graph.ts";
import { Sign } from "./plan/sign.tsx";
import { usePlanDrawing } from "./plan/use-plan-drawing.ts";
import { cardLines, nextTask, taskWords } from "./plan/words.ts";
import "./card.css";
import "./plan/plan.css";

export interface PlanViewProps {
  readonly tasks: readonly TaskNode[];
  readonly at: Timestamp;
  readonly selected?: TaskId | undefined;
  /** Of a task that was selected already: nothing. */
  readonly onSelect: (task: TaskId | undefined) => void;
}

export function PlanView({ tasks, at, selected, onSelect }: PlanViewProps) {
  const [focus, setFocus] = useState<string>();
  const [hover, setHover] = useState<string>();
  const [window, setWindow] = useState<Extent>({ width: 0, height: 0 });
  const prefix = useId();
  const { drawing, problem } = usePlanDrawing(tasks, window);
  const reveal = useMemo(() => drawing?.tasks.find(({ task }) => task.id === focus), [drawing, focus]);
  const goTo = useCallback(
    (id: string | undefined) => {
      setFocus(id);
      document.getElementById(`${prefix}-${id}`)?.focus();
    },
    [prefix],
  );
  useEffect(() => {
    if (selected !== undefined) setFocus(selected);
  }, [selected]);
  const choose = useCallback((id: TaskId) => onSelect(id === selected ? undefined : id), [onSelect, selected]);
  const onKey = (event: KeyboardEvent): void => {
    const task = tasks.find(({ id }) => id === focus);
    if (/^(?:Arrow|Home|End)/.test(event.key)) goTo(nextTask(tasks, focus, event.key));
    else if ((event.key === "Enter" || event.key === " ") && task !== undefined) choose(task.id);
    else return;
    event.preventDefault();
  };
  const place = drawing?.tasks.find(({ task }) => task.id === (hover ?? focus));
  const corner = drawing === undefined || place === undefined ? "left-bottom" : cornerFor(place, drawing);
  const shown = tasks.find(({ id }) => id === (hover ?? focus));
  if (tasks.length === 0) return <p className="plan-wait">No task yet: the plan is being made.</p>;
  return (
    <div className="plan">
      <Canvas
        label={`Plan of ${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}`}
        size={drawing ?? { width: 0, height: 0 }}
        fitKey={tasks.length}
        onKey={onKey}
        onWindow={setWindow}
        {...(reveal === undefined ? {} : { reveal })}
      >
        {drawing === undefined ? null : (
          <g className="plan-scene">
            {drawing.tasks.map((placed) => (
              <Frame key={placed.task.id} placed={placed} />
            ))}
            <Links links={drawing.links} prefix={prefix} />
            {drawing.tasks.map((placed) => (
              <Card
                key={placed.task.id}
                placed={placed}
                at={at}
                id={`${prefix}-${placed.task.id}`}
                isSelected={placed.task.id === selected}
                isNext={(focus ?? tasks[0]?.id) === placed.task.id}
                onSelect={choose}
                onFocus={setFocus}
                onHover={setHover}
              />
            ))}
          </g>
        )}
      </Canvas>
      {drawing === undefined ? <p className="plan-wait">{problem ?? "Laying the plan out…"}</p> : null}
      {shown === undefined ? null : (
        <div className={`drawing-card drawing-card-${corner} plan-card`} role="status">
          {taskWords(shown, at).map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
    </div>
  );
}

/** Around a task that has delegated: the tasks it has given away stand in it. */
const Frame = ({ placed: { x, y, width, height, task } }: { readonly placed: PlacedTask }) =>
  height <= CARD.height ? null : (
    <rect className={`plan-frame plan-${task.status}`} x={x} y={y} width={width} height={height} rx={9} />
  );

const Links = memo(function Links({
  links,
  prefix,
}: {
  readonly links: readonly PlacedLink[];
  readonly prefix: string;
}) {
  return (
    <g>
      <defs>
        <Head id={`${prefix}-head`} className="plan-head" refX="7" size="8" />
        <Head id={`${prefix}-critical`} className="plan-head-critical" refX="6.5" size="12" />
      </defs>
      {links
        .toSorted((a, b) => Number(a.isCritical) - Number(b.isCritical))
        .flatMap(({ id, lines, isCritical }) =>
          lines.map((line) => (
            <path
              key={`${id} ${pathOf(line)}`}
              className={isCritical ? "plan-link plan-link-critical" : "plan-link"}
              d={pathOf(line)}
              markerEnd={`url(#${prefix}-${isCritical ? "critical" : "head"})`}
            />
          )),
        )}
    </g>
  );
});

interface CardProps {
  readonly placed: PlacedTask;
  readonly at: Timestamp;
  readonly id: string;
  readonly isSelected: boolean;
  readonly isNext: boolean;
  readonly onSelect: (id: TaskId) => void;
  readonly onFocus: (id: string) => void;
  readonly onHover: (id: string | undefined) => void;
}

function Card({ placed: { x, y, width, task }, at, id, isSelected, isNext, onSelect, onFocus, onHover }: CardProps) {
  const [name, people, state] = cardLines(task, at);
  const kind = [
    "plan-task",
    `plan-${task.status}`,
    ...(task.critical ? ["plan-critical"] : []),
    ...(task.optional ? ["plan-optional"] : []),
    ...(isSelected ? ["plan-selected"] : []),
  ].join(" ");
  return (
    <g className={kind}>
      <rect
        id={id}
        className="plan-box"
        x={x}
        y={y}
        width={width}
        height={CARD.height}
        rx={8}
        role="button"
        tabIndex={isNext ? 0 : -1}
        aria-pressed={isSelected}
        aria-label={taskWords(task, at).join(". ")}
        onClick={() => onSelect(task.id)}
        onFocus={() => onFocus(task.id)}
        onPointerEnter={() => onHover(task.id)}
        onPointerLeave={() => onHover(undefined)}
      />
      {task.critical ? <rect className="plan-bar" x={x} y={y + 8} width={4} height={CARD.height - 16} rx={2} /> : null}
      <Sign status={task.status} x={x + 20} y={y + 20} />
      <text aria-hidden="true" className="plan-name" x={x + 36} y={y + 25} fontSize={13}>
        {name}
      </text>
      <text aria-hidden="true" className="plan-line plan-small" x={x + 12} y={y + 44} fontSize={11}>
        {people}
      </text>
      <text aria-hidden="true" className="plan-state" x={x + 12} y={y + 60} fontSize={11}>
        {state}
      </text>
    </g>
  );
}

interface HeadProps {
  readonly id: string;
  readonly className: string;
  readonly refX: string;
  readonly size: string;
}

function Head({ id, className, refX, size }: HeadProps) {
  return (
    <marker
      id={id}
      viewBox="0 0 8 8"
      refX={refX}
      refY="4"
      markerWidth={size}
      markerHeight={size}
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path className={className} d="M0 0 8 4 0 8z" />
    </marker>
  );
}
