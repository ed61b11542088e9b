/** What is on the left of a run: a drawing, the journal, or the difference between two moments. */
import type { Moment } from "../../../src/contracts/inspection.ts";
import type { TabItem } from "../parts/tabs.tsx";
import type { RunPlace, Tab } from "../state/place.ts";
import { ActorsPanel } from "./actors-panel.tsx";
import { DifferencePanel } from "./difference-panel.tsx";
import { ChartPanel, PlanPanel, SequencePanel } from "./drawings.tsx";
import { JournalPanel } from "./journal-panel.tsx";

export const tabItems: readonly TabItem<Tab>[] = [
  { id: "chart", title: "Chart", keys: "1" },
  { id: "actors", title: "Actors", keys: "2" },
  { id: "plan", title: "Plan", keys: "3" },
  { id: "sequence", title: "Sequence", keys: "4" },
  { id: "journal", title: "Journal", keys: "5" },
  { id: "difference", title: "Difference", keys: "6" },
];

export interface PanelProps {
  readonly place: RunPlace;
  readonly moment: Moment;
}

export function MainPanel(props: PanelProps) {
  switch (props.place.tab) {
    case "chart":
      return <ChartPanel {...props} />;
    case "actors":
      return <ActorsPanel {...props} />;
    case "plan":
      return <PlanPanel {...props} />;
    case "sequence":
      return <SequencePanel {...props} />;
    case "journal":
      return <JournalPanel place={props.place} />;
    case "difference":
      return <DifferencePanel place={props.place} />;
  }
}
