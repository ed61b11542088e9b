/** Sequence view: messages between orchestrator, agents, people, guardians and the outside, as they followed each other. */
import { type KeyboardEvent, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Sequence } from "../../../src/contracts/inspection.ts";
import type { Seq } from "../../../src/contracts/units.ts";
import { Arrows } from "./sequence/arrows.tsx";
import { Heads } from "./sequence/heads.tsx";
import {
  arrowsOf,
  GUTTER,
  HEADS,
  laneOf,
  middleOf,
  passedAt,
  type Range,
  ROW,
  type Sight,
  seenOf,
  wantedRange,
} from "./sequence/lanes.ts";
import { messageWords } from "./sequence/words.ts";
import "./card.css";
import "./sequence/sequence.css";

export interface SequenceViewProps {
  readonly sequence: Sequence;
  /** Entries that `sequence` was asked for. */
  readonly from: Seq;
  readonly to: Seq;
  /** The moment that is looked at, and the last entry. */
  readonly seq: Seq;
  readonly head: Seq;
  readonly onSeek: (seq: Seq) => void;
  /** Other entries are wanted: ask for their sequence and give it. */
  readonly onRange: (range: Range) => void;
}

/** Rows from an edge at which what is beyond it is asked for. */
const NEAR = 15;

export function SequenceView({ sequence, from, to, seq, head, onSeek, onRange }: SequenceViewProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState<Sight>({ top: 0, left: 0, width: 800, height: 600 });
  const [chosen, setChosen] = useState<number>();
  const [hover, setHover] = useState<number>();
  const prefix = useId();
  const { lanes, messages } = sequence;
  const passed = useMemo(() => passedAt(messages, seq), [messages, seq]);
  const lane = laneOf(sight.width, lanes.length);
  const seen = seenOf(sight, { messages: messages.length, lanes: lanes.length });
  const arrows = useMemo(
    () => arrowsOf(sequence, [seen.rows[0], seen.rows[1]], lane),
    [sequence, seen.rows[0], seen.rows[1], lane],
  );

  const look = useCallback(() => {
    const element = frame.current;
    if (element === null) return;
    const { scrollTop: top, scrollLeft: left, clientWidth: width, clientHeight: height } = element;
    setSight({ top, left, width, height: height - HEADS });
  }, []);
  const reveal = useCallback((row: number) => {
    const element = frame.current;
    if (element === null) return;
    const room = element.clientHeight - HEADS;
    const top = row * ROW;
    if (top < element.scrollTop + ROW || top > element.scrollTop + room - ROW * 2) element.scrollTop = top - room / 2;
  }, []);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    look();
    return () => observer.disconnect();
  }, [look]);
  useKeptPlace(frame, sequence, sight.top);
  // The moment is brought into sight when it moves, not when somebody has scrolled away from it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about the moment alone
  useEffect(() => reveal(passed - 1), [seq]);
  // Nor are its entries fetched again when somebody has gone on to others.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about the moment alone
  useEffect(() => {
    const wanted = wantedRange({ from, to }, { seq, head, near: undefined });
    if (wanted !== undefined) onRange(wanted);
  }, [seq]);

  const onScroll = (): void => {
    look();
    const element = frame.current;
    if (element === null) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const isUp = scrollTop < NEAR * ROW && scrollTop < sight.top;
    const isDown = scrollTop + clientHeight > scrollHeight - NEAR * ROW && scrollTop > sight.top;
    const near = isUp ? "top" : isDown ? "bottom" : undefined;
    const wanted = near === undefined ? undefined : wantedRange({ from, to }, { seq, head, near });
    if (wanted !== undefined) onRange(wanted);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = chosen ?? Math.max(0, passed - 1);
    const next = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: messages.length - 1,
      PageDown: at + 12,
      PageUp: at - 12,
    }[event.key];
    const message = messages[at];
    if (next !== undefined) {
      const row = Math.max(0, Math.min(messages.length - 1, next));
      setChosen(row);
      reveal(row);
    } else if ((event.key === "Enter" || event.key === " ") && message !== undefined) onSeek(message.seq);
    else return;
    event.preventDefault();
  };
  const row = hover ?? chosen ?? -1;
  const shown = messages[row];
  // In the half of the window that the message is not in.
  const end = row * ROW - sight.top < sight.height / 2 ? "bottom" : "top";
  const [width, height] = [GUTTER + lanes.length * lane, messages.length * ROW];
  return (
    <div className="sequence">
      <div
        ref={frame}
        className="sequence-frame"
        role="listbox"
        tabIndex={0}
        aria-label={`${messages.length} messages between ${lanes.length} lanes`}
        aria-activedescendant={chosen === undefined ? undefined : `${prefix}-${chosen}`}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <div className="sequence-all" role="presentation" style={{ width, height: height + HEADS + ROW }}>
          <Heads lanes={lanes} seen={seen.lanes} lane={lane} width={width} />
          <svg className="sequence-drawing" width={width} height={height + ROW} role="presentation">
            {lanes.slice(...seen.lanes).map(({ id, kind }, n) => (
              <line
                key={id}
                className={`sequence-life sequence-${kind}`}
                x1={middleOf(seen.lanes[0] + n, lane)}
                x2={middleOf(seen.lanes[0] + n, lane)}
                y1={Math.max(0, sight.top - ROW)}
                y2={Math.min(height + ROW, sight.top + sight.height + ROW * 2)}
              />
            ))}
            <Arrows
              {...{ arrows, sequence, prefix, passed, chosen, hover }}
              {...{ sight, lane }}
              width={width}
              onChoose={(row) => {
                setChosen(row);
                const message = messages[row];
                if (message !== undefined) onSeek(message.seq);
              }}
              onHover={setHover}
            />
            <g className="sequence-now" transform={`translate(0 ${passed * ROW})`}>
              <line x1={0} x2={width} y1={0} y2={0} />
              <rect x={sight.left + GUTTER - 4} y={-8} width={34} height={16} rx={8} />
              <text x={sight.left + GUTTER + 13} y={4} fontSize={11} textAnchor="middle">
                now
              </text>
            </g>
          </svg>
        </div>
      </div>
      {messages.length === 0 ? <p className="sequence-none">No message yet.</p> : null}
      {shown === undefined ? null : (
        <div className={`drawing-card drawing-card-right-${end} sequence-card`} role="status">
          {messageWords(sequence, shown).map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
    </div>
  );
}

/** When entries come in above, what was in sight stays where it was. */
function useKeptPlace(frame: { readonly current: HTMLElement | null }, sequence: Sequence, top: number): void {
  const before = useRef<Sequence>(sequence);
  const place = useRef(top);
  place.current = top;
  useLayoutEffect(() => {
    const [old, element] = [before.current.messages, frame.current];
    before.current = sequence;
    const first = old[Math.floor(place.current / ROW)];
    if (element === null || first === undefined || old === sequence.messages) return;
    const n = old.indexOf(first) - old.findIndex(({ seq }) => seq === first.seq);
    const now = sequence.messages.findIndex(({ seq }) => seq === first.seq);
    if (now >= 0) element.scrollTop = (now + n) * ROW + (place.current % ROW);
  }, [frame, sequence]);
}
