/** What is asked for and comes later: the old value stays until the new one is here; a skeleton only after 150 ms. */
import { type ReactNode, useEffect, useEffectEvent, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { Empty } from "./empty.tsx";
import { Said } from "./said.tsx";

export interface Loaded<Value> {
  readonly value: Value | undefined;
  /** The value is of an earlier key. */
  readonly isStale: boolean;
  readonly failure: string | undefined;
  readonly retry: () => void;
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Loads again when the key changes: one at a time, and of those wanted meanwhile only the last. `restMs`: between two, so
 * that what changes ten times a second is not asked for ten times a second.
 */
export function useLoaded<Value>(key: string, load: () => Promise<Value>, restMs = 0): Loaded<Value> {
  const [state, setState] = useState<{ key?: string; value?: Value; failure?: string }>({});
  const [attempt, setAttempt] = useState(0);
  const flight = useRef<Promise<void>>(Promise.resolve());
  const last = useRef(0);
  const ask = useEffectEvent(load);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    let isWanted = true;
    const next = async (): Promise<void> => {
      const rest = last.current + restMs - Date.now();
      if (rest > 0) await new Promise((done) => setTimeout(done, Math.min(rest, restMs)));
      if (!isWanted) return;
      last.current = Date.now();
      try {
        const value = await ask();
        // One after the other, so it is newer than what is there, even where the key has changed meanwhile.
        setState({ key, value });
      } catch (error) {
        if (isWanted) setState((old) => ({ ...old, key, failure: reasonOf(error) }));
      }
    };
    flight.current = flight.current.then(next);
    return () => {
      isWanted = false;
    };
  }, [key, attempt]);
  return {
    value: state.value,
    isStale: state.key !== key,
    failure: state.key === key ? state.failure : undefined,
    retry: () => setAttempt((old) => old + 1),
  };
}

export function useSlow(isWaiting: boolean, afterMs = 150): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isWaiting) return setSlow(false);
    const timer = setTimeout(() => setSlow(true), afterMs);
    return () => clearTimeout(timer);
  }, [isWaiting, afterMs]);
  return isSlow && isWaiting;
}

const WIDTHS = ["w-80", "w-60", "w-90", "w-50", "w-70", "w-40"] as const;

export function Skeleton({ label }: { readonly label: string }) {
  const isSlow = useSlow(true);
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {isSlow ? WIDTHS.map((width) => <span key={width} className={width} />) : null}
    </div>
  );
}

export function Failed({ what, reason, onRetry }: { what: string; reason: string; onRetry?: () => void }) {
  return (
    <Empty title={`${what} could not be read`}>
      <p role="alert">
        <Said text={reason} />
      </p>
      {onRetry === undefined ? null : <Button label="Try again" onClick={onRetry} />}
    </Empty>
  );
}

/** One of the three: what came, why it did not, or that it will. */
export function Show<Value>({ of, what, children }: ShowProps<Value>) {
  if (of.value !== undefined) return children(of.value);
  if (of.failure !== undefined) return <Failed what={what} reason={of.failure} onRetry={of.retry} />;
  return <Skeleton label={`${what} is loading`} />;
}

interface ShowProps<Value> {
  readonly of: Loaded<Value>;
  readonly what: string;
  readonly children: (value: Value) => ReactNode;
}
