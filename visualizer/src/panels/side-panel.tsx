/** The inspector on the right of a run. */
import type { Moment } from "../../../src/contracts/inspection.ts";
import type { TabItem } from "../parts/tabs.tsx";
import type { Side } from "../state/place.ts";
import { BoardPanel } from "./board-panel.tsx";
import { BudgetPanel } from "./budget-panel.tsx";
import { FindingsPanel, findingsIn } from "./findings-panel.tsx";
import type { PanelProps } from "./main-panel.tsx";
import { QuestionsPanel } from "./questions-panel.tsx";
import { WhyPanel } from "./why-panel.tsx";

export const sideItems = (moment: Moment): readonly TabItem<Side>[] => [
  { id: "questions", title: "Inbox", keys: "q", count: moment.questions.length },
  { id: "findings", title: "Findings", keys: "f", count: findingsIn(moment) },
  { id: "why", title: "Why", keys: "w" },
  { id: "budget", title: "Budget", keys: "u" },
  { id: "board", title: "Board", keys: "o" },
];

export function SidePanel({ place, moment }: PanelProps) {
  switch (place.side) {
    case "questions":
      return <QuestionsPanel place={place} moment={moment} />;
    case "findings":
      return <FindingsPanel moment={moment} />;
    case "why":
      return <WhyPanel place={place} />;
    case "budget":
      return <BudgetPanel moment={moment} />;
    case "board":
      return <BoardPanel moment={moment} />;
  }
}
