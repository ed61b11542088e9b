/** What waits for a person, in all runs. */
import { Empty } from "../parts/empty.tsx";
import { Skeleton } from "../parts/loaded.tsx";
import { usePage, useStore } from "../session/page.ts";
import { plural } from "../state/format.ts";
import { QuestionCard } from "./question-card.tsx";

export function InboxView() {
  const { inbox } = usePage();
  const { open, closed } = useStore(inbox);
  if (open === undefined) return <Skeleton label="The inbox is loading" />;
  const soonest = open.toSorted((a, b) => a.expiresAt - b.expiresAt);
  return (
    <div className="inbox" data-panel="inbox">
      <div className="runs-head">
        <h1>Inbox</h1>
        <span className="runs-count" role="status">
          {plural(open.length, "open question")}
          {open.length > 1 ? ", the one that expires first on top" : ""}
        </span>
      </div>
      <div className="inbox-list">
        {open.length + closed.length === 0 ? (
          <Empty title="Nothing waits for you">A question of any run appears here as soon as it is asked.</Empty>
        ) : null}
        {closed.map(({ question, ending }) => (
          <QuestionCard key={question.id} question={question} ending={ending} hasRun />
        ))}
        {soonest.map((question) => (
          <QuestionCard key={question.id} question={question} hasRun />
        ))}
      </div>
    </div>
  );
}
