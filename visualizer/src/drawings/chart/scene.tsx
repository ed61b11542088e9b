/** Scene: a chart's boxes, ways and labels as SVG. Text stands in text nodes alone. */
import { memo } from "react";
import { Box } from "./box.tsx";
import type { Drawing } from "./elk.ts";
import type { PartProps } from "./part.ts";
import { Way } from "./way.tsx";

export const Scene = memo(function Scene({ drawing, ...part }: { readonly drawing: Drawing } & PartProps) {
  const boxes = (isOpen: boolean) =>
    drawing.boxes
      .filter((placed) => placed.isOpen === isOpen)
      .map((placed) => <Box key={placed.box.id} placed={placed} {...part} />);
  return (
    <g className="chart-scene">
      <defs>
        <Head id={`${part.prefix}-head`} kind="chart-head" size={8} />
        <Head id={`${part.prefix}-taken`} kind="chart-head-taken" size={11} />
      </defs>
      {boxes(true)}
      {drawing.ways.map((placed) => (
        <Way key={placed.way.id} placed={placed} {...part} />
      ))}
      {boxes(false)}
    </g>
  );
});

interface HeadProps {
  readonly id: string;
  readonly kind: string;
  readonly size: number;
}

const Head = ({ id, kind, size }: HeadProps) => (
  <marker
    id={id}
    viewBox="0 0 8 8"
    refX="7"
    refY="4"
    markerWidth={size}
    markerHeight={size}
    markerUnits="userSpaceOnUse"
    orient="auto"
  >
    <path className={kind} d="M0 0 8 4 0 8z" />
  </marker>
);
