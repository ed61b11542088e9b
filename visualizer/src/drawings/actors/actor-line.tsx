/** Actor line: one actor of the tree, or how many have ended. */
import type { ActorId } from "../../../../src/contracts/ids.ts";
import type { ActorNode } from "../../../../src/contracts/inspection.ts";
import { usd } from "../../state/format.ts";
import { clip, said } from "../text.ts";
import { nameOf } from "./actor-name.ts";
import type { TreeRow } from "./tree.ts";

const SIGNS: { readonly [Status in ActorNode["status"]]: string } = {
  active: "M3 2.5l7 4l-7 4z",
  done: "M2 7l3 3l6 -7",
  error: "M3 3l7 7m0 -7l-7 7",
  stopped: "M3.5 3.5h6v6h-6z",
};

interface ActorLineProps {
  readonly row: TreeRow;
  readonly id: string;
  readonly height: number;
  readonly isSelected: boolean;
  readonly isFocused: boolean;
  readonly onTurn: (id: string) => void;
  readonly onSelect: (id: ActorId) => void;
}

export function ActorLine({ row, id, height, isSelected, isFocused, onTurn, onSelect }: ActorLineProps) {
  const canTurn = row.kind === "ended" || row.hasChildren;
  const press = (): void => (row.kind === "ended" ? onTurn(row.id) : onSelect(row.node.id));
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree around it has the focus and names the row it is at
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it has the keys
    <div
      id={id}
      className={[
        "actors-line",
        ...(isSelected ? ["actors-selected"] : []),
        ...(isFocused ? ["actors-focus"] : []),
      ].join(" ")}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-posinset={row.place}
      aria-setsize={row.of}
      aria-selected={isSelected}
      {...(canTurn ? { "aria-expanded": row.isOpen } : {})}
      style={{ height, paddingLeft: 8 + Math.min(row.depth, 12) * 18 }}
      onClick={press}
    >
      <Twist isOpen={row.isOpen} canTurn={canTurn} onTurn={() => onTurn(row.id)} />
      {row.kind === "ended" ? (
        <span className="actors-ended">{`${row.count.toLocaleString("en-US")} that have ended`}</span>
      ) : (
        <Who node={row.node} />
      )}
    </div>
  );
}

function Who({ node }: { readonly node: ActorNode }) {
  const { status, chart, active, task, spent, id } = node;
  const state = active.at(-1) ?? status;
  const name = nameOf(node);
  const kind = name.startsWith(chart) ? "" : chart;
  return (
    <>
      <svg className={`actors-sign actors-${status}`} width={13} height={13} aria-hidden="true">
        <path d={SIGNS[status]} />
      </svg>
      <span className="actors-name" title={said(id)}>
        {clip(name, 60)}
      </span>
      <span className="actors-chart">{clip(task === undefined ? kind : `${chart} of ${task}`, 48)}</span>
      <span className={`actors-state actors-${status}`}>{clip(status === "active" ? state : status, 32)}</span>
      <span className="actors-spent">{spent === undefined ? "" : usd(spent.costMicroUsd)}</span>
    </>
  );
}

interface TwistProps {
  readonly isOpen: boolean;
  readonly canTurn: boolean;
  readonly onTurn: () => void;
}

function Twist({ isOpen, canTurn, onTurn }: TwistProps) {
  if (!canTurn) return <span className="actors-twist" />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the mouse; the tree has the keys
    // biome-ignore lint/a11y/useKeyWithClickEvents: for the mouse; the tree has the keys
    <span
      className="actors-twist"
      onClick={(event) => {
        event.stopPropagation();
        onTurn();
      }}
    >
      <svg width={12} height={12} aria-hidden="true">
        <path d={isOpen ? "M2 4l4 4l4 -4" : "M4 2l4 4l-4 4"} />
      </svg>
    </span>
  );
}
