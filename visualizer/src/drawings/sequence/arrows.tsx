/** Arrows: the messages in sight. Each kind has a line of its own; a refused one is crossed out. */
import type { Sequence } from "../../../../src/contracts/inspection.ts";
import { clock } from "../../state/format.ts";
import { type Arrow, GUTTER, ROW } from "./lanes.ts";
import { beyond, labelOf, messageWords, shownOf } from "./words.ts";

export interface ArrowsProps {
  readonly arrows: readonly Arrow[];
  readonly sequence: Sequence;
  readonly prefix: string;
  readonly passed: number;
  readonly chosen: number | undefined;
  readonly hover: number | undefined;
  /** What is in sight: number and time stay there, and labels in the middle of it. */
  readonly sight: { readonly left: number; readonly width: number };
  readonly lane: number;
  readonly width: number;
  readonly onChoose: (row: number) => void;
  readonly onHover: (row: number | undefined) => void;
}

export function Arrows({ arrows, ...rest }: ArrowsProps) {
  return arrows.map((arrow) => <Row key={arrow.row} arrow={arrow} {...rest} />);
}

type RowProps = Omit<ArrowsProps, "arrows"> & { readonly arrow: Arrow };

function Row({ arrow, sequence, prefix, passed, chosen, hover, sight, lane, width, onChoose, onHover }: RowProps) {
  const { message, row } = arrow;
  const side = beyond(arrow, sight);
  const kind = [
    "sequence-row",
    `sequence-${message.kind}`,
    ...(message.refused === true ? ["sequence-refused"] : []),
    ...(row >= passed ? ["sequence-later"] : []),
    ...(row === chosen || row === hover ? ["sequence-chosen"] : []),
  ].join(" ");
  return (
    <g className={kind} transform={`translate(0 ${row * ROW})`}>
      <rect
        id={`${prefix}-${row}`}
        className="sequence-ground"
        x={0}
        y={0}
        width={width}
        height={ROW}
        role="option"
        aria-selected={row === chosen}
        aria-label={messageWords(sequence, message).join(", ")}
        onClick={() => onChoose(row)}
        onPointerEnter={() => onHover(row)}
        onPointerLeave={() => onHover(undefined)}
      />
      {side === undefined ? null : <Beyond arrow={arrow} side={side} sight={sight} />}
      {arrow.isSelf ? <Loop arrow={arrow} lane={lane} width={width} /> : <Line arrow={arrow} sight={sight} />}
      <rect className="sequence-gutter" x={sight.left} y={0} width={GUTTER - 8} height={ROW} />
      <text
        aria-hidden="true"
        className="sequence-seq"
        x={sight.left + 8}
        y={15}
        fontSize={11}
      >{`#${message.seq}`}</text>
      <text aria-hidden="true" className="sequence-time" x={sight.left + 8} y={28} fontSize={10}>
        {clock(message.at)}
      </text>
    </g>
  );
}

/** What stands in lanes that are out of sight, at the side where they are. */
function Beyond({
  arrow,
  side,
  sight: { left, width },
}: Pick<RowProps, "arrow" | "sight"> & { readonly side: "left" | "right" }) {
  const label = labelOf(arrow, width / 2);
  const at =
    side === "left" ? { x: left + GUTTER, anchor: "start" as const } : { x: left + width - 12, anchor: "end" as const };
  return (
    <text aria-hidden="true" className="sequence-beyond" x={at.x} y={22} fontSize={11} textAnchor={at.anchor}>
      {side === "left" ? `‹ ${label}` : `${label} ›`}
    </text>
  );
}

/** To its own lane; of the last one, the words stand at its left. */
function Loop({ arrow, lane, width }: Pick<RowProps, "arrow" | "lane" | "width">) {
  const { from } = arrow;
  const isLast = from + lane > width;
  const way = isLast ? -1 : 1;
  return (
    <>
      <path className="sequence-line" d={`M${from} 11h${way * 20}v14h${way * -16}`} />
      <path className="sequence-tip" d={`M${from + way} 25l${way * 8} -4v8z`} />
      <text
        aria-hidden="true"
        className="sequence-label"
        x={from + way * 27}
        y={22}
        fontSize={11}
        textAnchor={isLast ? "end" : "start"}
      >
        {labelOf(arrow, lane)}
      </text>
    </>
  );
}

function Line({ arrow, sight }: Pick<RowProps, "arrow" | "sight">) {
  const { from, to, message } = arrow;
  const way = Math.sign(to - from);
  const { middle, room } = shownOf(arrow, sight);
  return (
    <>
      <path className="sequence-line" d={`M${from} 25H${to - way * 5}`} />
      <path className="sequence-tip" d={`M${to - way} 25l${-way * 8} -4v8z`} />
      <circle className="sequence-start" cx={from} cy={25} r={2.5} />
      {message.refused === true ? <path className="sequence-cross" d={`M${middle - 5} 20l10 10m0 -10l-10 10`} /> : null}
      <text aria-hidden="true" className="sequence-label" x={middle} y={17} fontSize={11} textAnchor="middle">
        {labelOf(arrow, room)}
      </text>
    </>
  );
}
