/** What the screen is like, and what time it is. */
import { useEffect, useState, useSyncExternalStore } from "react";
import type { Timestamp } from "../../../src/contracts/units.ts";

export function useMedia(query: string): boolean {
  const media = matchMedia(query);
  return useSyncExternalStore(
    (told) => {
      media.addEventListener("change", told);
      return () => media.removeEventListener("change", told);
    },
    () => media.matches,
  );
}

export const useNarrow = (): boolean => useMedia("(max-width: 860px)");

/** Now, again and again. */
export function useNow(everyMs = 1_000): Timestamp {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
