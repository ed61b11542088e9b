/** Tabs, with arrow keys between them. */
import type { KeyboardEvent, ReactNode } from "react";

export interface TabItem<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly count?: number;
  readonly keys?: string;
}

interface TabsProps<Id extends string> {
  readonly label: string;
  readonly items: readonly TabItem<Id>[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
  readonly children?: ReactNode;
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

export function Tabs<Id extends string>({ label, items, chosen, onChoose, children }: TabsProps<Id>) {
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    const at = items.findIndex(({ id }) => id === chosen);
    const next = items[(at + step + items.length) % items.length];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onChoose(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <div className="tabs">
      <div className="tabs-list" role="tablist" aria-label={label} onKeyDown={move}>
        {items.map(({ id, title, count = 0, keys }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            className="tab"
            aria-selected={id === chosen}
            aria-controls={id === chosen ? `panel-${id}` : undefined}
            tabIndex={id === chosen ? 0 : -1}
            title={keys === undefined ? title : `${title} (${keys})`}
            onClick={() => onChoose(id)}
          >
            {title}
            {count > 0 ? <span className="tab-count">{count > 99 ? "99+" : count}</span> : null}
          </button>
        ))}
      </div>
      {children}
    </div>
  );
}

export function TabPanel({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="tab-panel" role="tabpanel" id={`panel-${id}`} aria-labelledby={`tab-${id}`}>
      {children}
    </div>
  );
}
