/** One entry of the journal. */
import { memo } from "react";
import type { EntryRow } from "../../../src/contracts/inspection.ts";
import type { Seq } from "../../../src/contracts/units.ts";
import { Glyph } from "../parts/glyph.tsx";
import { Said } from "../parts/said.tsx";
import { clock, count } from "../state/format.ts";
import { markLooks, stateTone } from "../state/tone.ts";

interface LineProps {
  readonly seq: Seq;
  /** Undefined: on its way. */
  readonly row: EntryRow | undefined;
  readonly isChosen: boolean;
  readonly of: number;
  readonly place: number;
  /** The same function for every line, or each is drawn anew with every scroll. */
  readonly onChoose: (place: number) => void;
}

export const JournalLine = memo(function JournalLine({ seq, row, isChosen, of, place, onChoose }: LineProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    <div
      id={`entry-${seq}`}
      className={`entry${isChosen ? " is-chosen" : ""}`}
      role="option"
      aria-selected={isChosen}
      aria-posinset={seq}
      aria-setsize={of}
      tabIndex={-1}
      onClick={() => onChoose(place)}
    >
      <span className="entry-seq">{count(seq)}</span>
      {row === undefined ? <span className="entry-wait" /> : <Known row={row} />}
    </div>
  );
});

const Known = ({ row }: { readonly row: EntryRow }) => (
  <>
    <span className="entry-at">{clock(row.at)}</span>
    <span className={`entry-state tone-${stateTone(row.state)}`} title={row.state} />
    <span className="entry-kind">{row.kind}</span>
    <span className="entry-to">
      <Said text={row.to} />
    </span>
    <span className="entry-event">
      <Said text={row.event} />
    </span>
    <span className="entry-summary">
      <Said text={row.summary} />
    </span>
    <span className="entry-marks">
      {row.marks.map((mark) => (
        <span key={mark} className={`mark tone-${markLooks[mark].tone}`}>
          <Glyph name={markLooks[mark].glyph} />
          {markLooks[mark].label}
        </span>
      ))}
    </span>
  </>
);
