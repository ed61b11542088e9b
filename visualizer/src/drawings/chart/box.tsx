/** Box: a state as SVG. */
import type { PlacedBox } from "./elk.ts";
import { countOf } from "./heat.ts";
import { Lines } from "./lines.tsx";
import { classes, handlers, type PartProps } from "./part.ts";
import { DOT, FONT, HEAD, PAD } from "./size.ts";

export function Box({ placed, ...part }: { readonly placed: PlacedBox } & PartProps) {
  const { box, x, y, width, height, isOpen } = placed;
  const { isLit, isTaken, warmth, visits, words } = part.show(box.id);
  if (box.kind === "beginning")
    return <circle className="chart-beginning" cx={x + width / 2} cy={y + height / 2} r={DOT / 2 - 1} />;
  const canFold = isOpen || box.folded > 0;
  const kind = classes(
    "chart-box",
    `chart-${box.kind}`,
    isOpen && "chart-open",
    box.isRegion && "chart-region",
    isLit && "chart-lit",
    `chart-warm-${warmth}`,
  );
  return (
    <g className={kind}>
      <g
        {...handlers(box.id, part)}
        role="button"
        aria-label={words}
        {...(canFold ? { "aria-expanded": isOpen, onDoubleClick: () => part.onFold(box.id) } : {})}
      >
        <rect className="chart-frame" x={x} y={y} width={width} height={height} rx={8} />
        {box.kind === "final" ? (
          <rect
            className="chart-frame chart-inner"
            x={x + 3}
            y={y + 3}
            width={width - 6}
            height={height - 6}
            rx={5.5}
          />
        ) : null}
      </g>
      {isTaken ? (
        <rect
          key={part.step}
          className="chart-ring"
          x={x - 4}
          y={y - 4}
          width={width + 8}
          height={height + 8}
          rx={11}
        />
      ) : null}
      <text
        className="chart-name"
        aria-hidden="true"
        x={x + width / 2}
        y={y + 20}
        fontSize={FONT.name}
        textAnchor="middle"
      >
        {box.name}
      </text>
      {isLit ? <path className="chart-lamp" d={`M${x + 10} ${y + 10}l9 5.5l-9 5.5z`} /> : null}
      {canFold ? <Fold placed={placed} onFold={part.onFold} /> : null}
      {box.lines.length > 0 || (isOpen && box.kind !== "parallel") ? (
        <path className="chart-rule chart-small" d={`M${x} ${y + HEAD - 2}h${width}`} />
      ) : null}
      <Lines lines={box.lines} x={x + PAD} y={y + HEAD + 13} className="chart-line chart-small" anchor="start" />
      {visits > 0 ? <Visits x={x + width} y={y} visits={visits} /> : null}
    </g>
  );
}

interface FoldProps {
  readonly placed: PlacedBox;
  readonly onFold: (id: string) => void;
}

/** For the mouse; with the keyboard, Enter on the state does the same. */
function Fold({ placed: { box, x, y, width, isOpen }, onFold }: FoldProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the state around it is the button
    <g className="chart-fold" onClick={() => onFold(box.id)}>
      <rect x={x + width - 26} y={y + 5} width={20} height={20} rx={4} />
      <path d={`M${x + width - 20} ${y + 15}h8${isOpen ? "" : "m-4 -4v8"}`} />
    </g>
  );
}

/** On the edge of its box, where no text is. */
function Visits({ x, y, visits }: { readonly x: number; readonly y: number; readonly visits: number }) {
  const text = `${countOf(visits)}×`;
  const width = text.length * 7 + 10;
  return (
    <g className="chart-visits">
      <rect x={x - width - 6} y={y - 9} width={width} height={18} rx={9} />
      <text aria-hidden="true" x={x - width / 2 - 6} y={y + 4} fontSize={11} textAnchor="middle">
        {text}
      </text>
    </g>
  );
}
