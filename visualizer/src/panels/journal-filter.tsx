/** What of the journal is shown. */
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Mark } from "../../../src/contracts/inspection.ts";
import { Glyph } from "../parts/glyph.tsx";
import { useKeys } from "../session/keys.ts";
import { useRun } from "../session/run.ts";
import { type Filter, isFiltering, NO_FILTER } from "../state/search.ts";
import { markLooks } from "../state/tone.ts";

interface FilterProps {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

const MARKS = Object.keys(markLooks) as Mark[];
const TYPED_MS = 250;
const MOST_ACTORS = 200;

export function JournalFilter({ filter, onFilter }: FilterProps) {
  const [text, setText] = useState(filter.text);
  const [actor, setActor] = useState(filter.actor);
  const actors = useRun().moment?.actors ?? [];
  const field = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => field.current?.focus() });
  const apply = useEffectEvent(() => {
    if (text !== filter.text || actor !== filter.actor) onFilter({ ...filter, text, actor });
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the typing has stopped
  useEffect(() => {
    const timer = setTimeout(() => apply(), TYPED_MS);
    return () => clearTimeout(timer);
  }, [text, actor]);
  const toggle = (mark: Mark) => {
    const has = filter.marks.includes(mark);
    onFilter({ ...filter, marks: has ? filter.marks.filter((one) => one !== mark) : [...filter.marks, mark] });
  };
  const clear = () => {
    setText("");
    setActor("");
    onFilter(NO_FILTER);
  };
  return (
    <div className="journal-filter">
      <label className="search">
        <Glyph name="search" />
        <span className="unseen">Search the journal</span>
        <input
          ref={field}
          type="search"
          placeholder="Search"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <kbd>/</kbd>
      </label>
      <label className="search search-actor">
        <span className="unseen">Actor</span>
        <input
          type="search"
          list="actors"
          placeholder="Actor"
          value={actor}
          onChange={({ target }) => setActor(target.value)}
        />
      </label>
      <datalist id="actors">
        {actors.slice(0, MOST_ACTORS).map(({ id }) => (
          <option key={id} value={id} />
        ))}
      </datalist>
      <fieldset className="filters">
        <legend className="unseen">Marks</legend>
        {MARKS.map((mark) => (
          <button
            key={mark}
            type="button"
            className={`filter tone-${markLooks[mark].tone}`}
            aria-pressed={filter.marks.includes(mark)}
            onClick={() => toggle(mark)}
          >
            <Glyph name={markLooks[mark].glyph} />
            {markLooks[mark].label}
          </button>
        ))}
      </fieldset>
      {isFiltering(filter) ? (
        <button type="button" className="link" onClick={clear}>
          Clear
        </button>
      ) : null}
    </div>
  );
}
