/** The journal, line by line. A line that is chosen is the moment all panels show, and Why opens for it. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import type { EntryRow } from "../../../src/contracts/inspection.ts";
import type { Seq } from "../../../src/contracts/units.ts";
import { Empty } from "../parts/empty.tsx";
import { reasonOf, Skeleton } from "../parts/loaded.tsx";
import { Virtual, type VirtualHandle } from "../parts/virtual.tsx";
import { useKeys } from "../session/keys.ts";
import { useNarrow } from "../session/media.ts";
import { usePage } from "../session/page.ts";
import { useRun, useSession } from "../session/run.ts";
import { rowAt } from "../state/pages.ts";
import type { RunPlace } from "../state/place.ts";
import { shownSeq } from "../state/run.ts";
import { type Filter, isFiltering, NO_FILTER, nothingFound, queryOf, sameFilter, withFound } from "../state/search.ts";
import { JournalFilter } from "./journal-filter.tsx";
import { JournalLine } from "./journal-line.tsx";

const FOUND = 200;

export function JournalPanel({ place }: { readonly place: RunPlace }) {
  const [filter, setFilter] = useState(NO_FILTER);
  return (
    <div className="journal" data-panel="journal">
      <JournalFilter filter={filter} onFilter={setFilter} />
      {isFiltering(filter) ? <FoundRows place={place} filter={filter} /> : <AllRows />}
    </div>
  );
}

/** Every entry at its own place, fetched as it comes into sight. */
function AllRows() {
  const state = useRun();
  const { need } = useSession();
  const onRange = useCallback((from: number, to: number) => need(from + 1, to), [need]);
  // The end of a journal that grows is never whole: what was in sight is asked for again.
  const range = useRef<readonly [number, number]>([0, 0]);
  const seen = useCallback(
    (from: number, to: number) => {
      range.current = [from, to];
      onRange(from, to);
    },
    [onRange],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again when the journal has grown
  useEffect(() => onRange(...range.current), [state.head, onRange]);
  if (state.head === 0) return <Skeleton label="The journal is loading" />;
  return (
    <Lines
      count={state.head}
      at={(place) => ({ seq: place + 1, row: rowAt(state.pages, place + 1) })}
      placeOf={(seq) => seq - 1}
      onRange={seen}
    />
  );
}

function FoundRows({ place, filter }: { readonly place: RunPlace; readonly filter: Filter }) {
  const { source, say } = usePage();
  const { head } = useRun();
  const [found, setFound] = useState(nothingFound(filter));
  const isAsking = useRef(false);
  const more = useEffectEvent((from: number) => {
    if (isAsking.current) return;
    isAsking.current = true;
    source
      .rows(place.run, queryOf(filter, from, FOUND))
      .then(
        (rows) => setFound((old) => withFound(old, filter, rows, FOUND)),
        (error: unknown) => say("bad", `The journal could not be searched: ${reasonOf(error)}`),
      )
      .finally(() => {
        isAsking.current = false;
      });
  });
  useEffect(() => {
    setFound(nothingFound(filter));
    isAsking.current = false;
    more(1);
  }, [filter]);
  const { rows, isWhole } = sameFilter(found.filter, filter) ? found : nothingFound(filter);
  const tail = useEffectEvent(() => more((rows.at(-1)?.seq ?? 0) + 1));
  // biome-ignore lint/correctness/useExhaustiveDependencies: entries that come later may fit too
  useEffect(() => {
    if (!isWhole) return;
    const timer = setTimeout(() => tail(), 500);
    return () => clearTimeout(timer);
  }, [head]);
  const onRange = useCallback((_: number, to: number) => {
    reach(to);
  }, []);
  const reach = useEffectEvent((to: number) => {
    if (!isWhole && rows.length > 0 && to >= rows.length) tail();
  });
  if (rows.length === 0) {
    return isWhole ? <Empty title="No entry fits">Another filter may find one.</Empty> : <Skeleton label="Searching" />;
  }
  return (
    <Lines
      count={rows.length}
      at={(at) => ({ seq: rows[at]?.seq ?? 0, row: rows[at] })}
      placeOf={(seq) => rows.findLastIndex((row) => row.seq <= seq)}
      onRange={onRange}
    />
  );
}

interface LinesProps {
  readonly count: number;
  readonly at: (place: number) => { readonly seq: Seq; readonly row: EntryRow | undefined };
  readonly placeOf: (seq: Seq) => number;
  readonly onRange: (from: number, to: number) => void;
}

function Lines({ count, at, placeOf, onRange }: LinesProps) {
  const { places } = usePage();
  const state = useRun();
  const isNarrow = useNarrow();
  const list = useRef<VirtualHandle>(null);
  const seq = shownSeq(state);
  const chosen = placeOf(seq);
  // biome-ignore lint/correctness/useExhaustiveDependencies: where one goes, the list goes too
  useEffect(() => list.current?.reveal(Math.max(0, chosen)), [seq, count]);
  const choose = (place: number) => {
    const { seq } = at(Math.max(0, Math.min(count - 1, place)));
    if (seq > 0) places.turn({ seq, side: "why" });
  };
  const chooser = useRef(choose);
  useEffect(() => {
    chooser.current = choose;
  });
  const stable = useCallback((place: number) => chooser.current(place), []);
  useKeys({ j: () => choose(chosen + 1), k: () => choose(chosen - 1) });
  return (
    <Virtual
      count={count}
      height={isNarrow ? 48 : 26}
      label="Entries of the journal"
      role="listbox"
      active={chosen >= 0 ? `entry-${at(chosen).seq}` : undefined}
      handle={list}
      onRange={onRange}
      onKeyDown={(event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        choose(chosen + step);
      }}
      row={(place) => {
        const { seq: own, row } = at(place);
        return (
          <JournalLine
            key={own}
            seq={own}
            row={row}
            isChosen={place === chosen}
            of={count}
            place={place}
            onChoose={stable}
          />
        );
      }}
    />
  );
}
