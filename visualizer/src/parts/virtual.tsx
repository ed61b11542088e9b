/** A list of any length, of which only what is in sight is in the document. All rows are of one height. */
import {
  type ReactNode,
  type RefObject,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { type Extent, rowsIn, type Sight, tallness, topFor } from "../state/window.ts";

export interface VirtualHandle {
  /** Into sight: from nearby with as little movement as possible, from afar into the middle. */
  reveal(place: number): void;
}

interface VirtualProps {
  readonly count: number;
  readonly height: number;
  readonly row: (place: number) => ReactNode;
  readonly label: string;
  readonly role?: "listbox" | "list" | "tree";
  /** The row that is chosen, for those who do not see. */
  readonly active?: string | undefined;
  readonly onRange?: (from: number, to: number) => void;
  readonly onKeyDown?: (event: React.KeyboardEvent) => void;
  readonly handle?: RefObject<VirtualHandle | null>;
}

export function Virtual(props: VirtualProps) {
  const { count, height, row, label, role = "list", active, onRange, onKeyDown, handle } = props;
  const extent = { count, height };
  const { box, sight, look } = useSight(extent, handle);
  const { first, end, offset } = rowsIn(sight, extent);
  useEffect(() => onRange?.(first, end), [first, end, onRange]);
  const rows: ReactNode[] = [];
  for (let place = first; place < end; place += 1) rows.push(row(place));
  const isList = role === "list";
  const Rows = isList ? "ul" : "div";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is what it is given
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: its role is what it is given
    <div
      ref={box}
      className="virtual"
      role={isList ? undefined : role}
      aria-label={isList ? undefined : label}
      aria-activedescendant={active}
      tabIndex={0}
      onScroll={look}
      onKeyDown={onKeyDown}
    >
      <div className="virtual-all" role={isList ? undefined : "presentation"} style={{ height: tallness(extent) }}>
        <Rows
          role={isList ? undefined : "presentation"}
          aria-label={isList ? label : undefined}
          style={{ transform: `translateY(${offset}px)` }}
        >
          {rows}
        </Rows>
      </div>
    </div>
  );
}

/** What one looks at. It is told anew only when other rows come into sight. */
function useSight(extent: Extent, handle: RefObject<VirtualHandle | null> | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const kept = useRef<number>(undefined);
  const [sight, setSight] = useState<Sight>({ top: 0, size: 600 });

  const look = () => {
    const { scrollTop, clientHeight } = box.current ?? { scrollTop: 0, clientHeight: 600 };
    const isPlain = tallness(extent) === extent.count * extent.height;
    const top = isPlain ? Math.floor(scrollTop / extent.height) * extent.height : scrollTop;
    setSight((old) => (old.top === top && old.size === clientHeight ? old : { top, size: clientHeight }));
  };

  const reveal = (place: number) => {
    const element = box.current;
    if (element === null) return;
    kept.current = place;
    const { scrollTop, clientHeight } = element;
    const top = topFor(place, { top: scrollTop, size: clientHeight }, extent);
    if (top !== scrollTop) element.scrollTop = top;
  };
  useImperativeHandle(handle, () => ({ reveal }));

  // What was in sight stays in sight, also when there is less room.
  const resized = useEffectEvent(() => {
    const place = kept.current;
    const { first, end } = rowsIn(sight, extent);
    if (place !== undefined && place >= first && place < end) reveal(place);
    look();
  });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    resized();
    const observer = new ResizeObserver(() => resized());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { box, sight, look };
}
