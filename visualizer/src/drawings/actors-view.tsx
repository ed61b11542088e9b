/** Actors view: who works in a run at this moment, in which state, and what each has spent. */
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { ActorId } from "../../../src/contracts/ids.ts";
import type { ActorNode } from "../../../src/contracts/inspection.ts";
import { Virtual, type VirtualHandle } from "../parts/virtual.tsx";
import { ActorLine } from "./actors/actor-line.tsx";
import { moved, rowsOf } from "./actors/tree.ts";
import "./actors/actors.css";

export interface ActorsViewProps {
  readonly actors: readonly ActorNode[];
  /** How many more there are. */
  readonly left: number;
  readonly selected?: ActorId | undefined;
  readonly onSelect: (actor: ActorId) => void;
}

const HEIGHT = 30;

export function ActorsView({ actors, left, selected, onSelect }: ActorsViewProps) {
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<string>();
  const list = useRef<VirtualHandle>(null);
  const rows = useMemo(() => rowsOf(actors, turned), [actors, turned]);
  const turn = (id: string): void =>
    setTurned((now) => (now.has(id) ? new Set([...now].filter((one) => one !== id)) : new Set([...now, id])));
  const focus = at ?? selected;
  const place = rows.findIndex(({ id }) => id === focus);
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[place];
    if (event.key === "Enter" || event.key === " ") {
      if (row?.kind === "actor") onSelect(row.node.id);
      else if (row !== undefined) turn(row.id);
      return event.preventDefault();
    }
    const move = moved(rows, focus, event.key);
    if (move.kind === "stay") return;
    event.preventDefault();
    if (move.kind === "turn") return turn(move.id);
    setAt(move.id);
    list.current?.reveal(rows.findIndex(({ id }) => id === move.id));
  };
  return (
    <div className="actors">
      <Virtual
        count={rows.length}
        height={HEIGHT}
        label="Actors"
        role="tree"
        active={place < 0 ? undefined : `actor-${place}`}
        onKeyDown={onKeyDown}
        handle={list}
        row={(n) => {
          const row = rows[n];
          if (row === undefined) return null;
          return (
            <ActorLine
              key={row.id}
              row={row}
              id={`actor-${n}`}
              height={HEIGHT}
              isSelected={row.id === selected}
              isFocused={row.id === focus}
              onTurn={turn}
              onSelect={(actor) => {
                setAt(actor);
                onSelect(actor);
              }}
            />
          );
        }}
      />
      {left > 0 ? (
        <p className="actors-left">{`and ${left.toLocaleString("en-US")} more that are not listed`}</p>
      ) : null}
    </div>
  );
}
