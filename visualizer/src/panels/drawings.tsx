/** The drawings, and what they are drawn from. */
import { Empty } from "../parts/empty.tsx";
import type { PanelProps } from "./main-panel.tsx";

const Later = (_: PanelProps) => <Empty title="Not drawn yet" />;

export const ChartPanel = Later;
export const ActorsPanel = Later;
export const PlanPanel = Later;
export const SequencePanel = Later;
