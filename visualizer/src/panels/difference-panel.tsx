/** In what the run differs between two moments. */
import { Empty } from "../parts/empty.tsx";
import { Show, useLoaded } from "../parts/loaded.tsx";
import { usePage } from "../session/page.ts";
import { useRun } from "../session/run.ts";
import { count, plural } from "../state/format.ts";
import type { RunPlace } from "../state/place.ts";
import { shownSeq } from "../state/run.ts";
import { ChangeTable } from "./change-table.tsx";

export function DifferencePanel({ place }: { readonly place: RunPlace }) {
  const here = shownSeq(useRun());
  const { a, b = here } = place;
  if (a === undefined) {
    return (
      <div className="panel" data-panel="difference">
        <Empty title="Two moments, side by side">
          <p>
            Go to a moment and take it as A, go to another and take it as B: with the buttons beside the scrubber, or
            the keys <kbd>a</kbd> and <kbd>b</kbd>. Without a B, A is compared with the moment that is shown.
          </p>
        </Empty>
      </div>
    );
  }
  return (
    <div className="panel" data-panel="difference">
      <Compared run={place.run} from={Math.min(a, b)} to={Math.max(a, b)} />
    </div>
  );
}

interface ComparedProps {
  readonly run: string;
  readonly from: number;
  readonly to: number;
}

function Compared({ run, from, to }: ComparedProps) {
  const { source, places } = usePage();
  const loaded = useLoaded(`${run}/${from}/${to}`, () => source.difference(run, from, to));
  return (
    <Show of={loaded} what="The difference">
      {({ changes }) => (
        <>
          <div className="panel-head">
            <h2>
              From {count(from)} to {count(to)}
            </h2>
            <span className="muted">{plural(changes.length, "change")}</span>
            <button type="button" className="link" onClick={() => places.turn({ a: undefined, b: undefined })}>
              Clear
            </button>
          </div>
          {changes.length === 0 ? (
            <Empty title="Nothing differs">The run's state is the same at both moments.</Empty>
          ) : (
            <ChangeTable changes={changes} />
          )}
        </>
      )}
    </Show>
  );
}
