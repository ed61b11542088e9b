/** Heads of the lanes: they stay in sight while the messages go by under them. */
import type { Sequence } from "../../../../src/contracts/inspection.ts";
import { clip, said } from "../text.ts";
import { GUTTER, HEADS } from "./lanes.ts";

type Lane = Sequence["lanes"][number];

const KINDS: { readonly [Kind in Lane["kind"]]: string } = {
  actor: "actor",
  person: "person",
  guardian: "guardian",
  outside: "outside",
};

interface HeadsProps {
  readonly lanes: readonly Lane[];
  readonly seen: readonly [from: number, to: number];
  readonly lane: number;
  readonly width: number;
}

export function Heads({ lanes, seen, lane, width }: HeadsProps) {
  return (
    <div className="sequence-heads" role="presentation" style={{ width, height: HEADS }}>
      {lanes.slice(...seen).map(({ id, label, kind }, n) => (
        <div
          key={id}
          className={`sequence-head sequence-head-${kind}`}
          style={{ left: GUTTER + (seen[0] + n) * lane, width: lane }}
          title={said(label === id ? id : `${label} (${id})`)}
        >
          <span className="sequence-head-name">{clip(label, Math.floor((lane - 8) / 7.5))}</span>
          <span className="sequence-head-kind">{KINDS[kind]}</span>
        </div>
      ))}
      <div className="sequence-corner" style={{ width: GUTTER, height: HEADS - 1 }} />
    </div>
  );
}
