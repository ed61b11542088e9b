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

const OVERSCAN = 10;

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
  const box = useRef<HTMLDivElement>(null);
  const kept = useRef<number>(undefined);
  const [view, setView] = useState({ top: 0, size: 600 });
  const first = Math.max(0, Math.min(Math.floor(view.top / height) - OVERSCAN, count - 1));
  const last = Math.min(count, Math.ceil((view.top + view.size) / height) + OVERSCAN);

  const look = () => {
    const { scrollTop, clientHeight } = box.current ?? { scrollTop: 0, clientHeight: 600 };
    const top = Math.floor(scrollTop / height) * height;
    setView((old) => (old.top === top && old.size === clientHeight ? old : { top, size: clientHeight }));
  };

  const reveal = (place: number) => {
    const element = box.current;
    if (element === null) return;
    kept.current = place;
    const { scrollTop, clientHeight } = element;
    const above = scrollTop - place * height;
    const below = (place + 1) * height - scrollTop - clientHeight;
    if (Math.max(above, below) > 3 * height) element.scrollTop = place * height - (clientHeight - height) / 2;
    else if (above > 0) element.scrollTop = scrollTop - above;
    else if (below > 0) element.scrollTop = scrollTop + below;
  };

  const resized = useEffectEvent(() => {
    const { scrollTop } = box.current ?? { scrollTop: 0 };
    const at = (kept.current ?? -1) * height;
    // What was in sight stays in sight, also when there is less room.
    if (kept.current !== undefined && at >= scrollTop - height && at <= scrollTop + view.size) reveal(kept.current);
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

  useEffect(() => onRange?.(first, last), [first, last, onRange]);

  useImperativeHandle(handle, () => ({ reveal }));

  const rows: ReactNode[] = [];
  for (let place = Math.max(0, first); place < last; place += 1) rows.push(row(place));
  const isList = role === "list";
  const Rows = isList ? "ul" : "div";
  const offset = { transform: `translateY(${Math.max(0, first) * height}px)` };
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
      <div className="virtual-all" role={isList ? undefined : "presentation"} style={{ height: count * height }}>
        <Rows role={isList ? undefined : "presentation"} aria-label={isList ? label : undefined} style={offset}>
          {rows}
        </Rows>
      </div>
    </div>
  );
}
