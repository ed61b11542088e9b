/** Keys of a run's view; `help.tsx` lists them. */
import { useKeys } from "../session/keys.ts";
import { usePage } from "../session/page.ts";
import { useSession } from "../session/run.ts";
import type { Time } from "../session/time.ts";
import { type RunPlace, type Side, TABS } from "../state/place.ts";
import { shownSeq } from "../state/run.ts";

const SIDE_KEYS: Readonly<Record<string, Side>> = {
  q: "questions",
  f: "findings",
  w: "why",
  u: "budget",
  o: "board",
};

export function useRunKeys(place: RunPlace, { player, seek, step, jump }: Time): void {
  const { places } = usePage();
  const session = useSession();
  const here = () => shownSeq(session.store.get());
  const compare = (which: "a" | "b") => () => places.turn({ [which]: here(), tab: "difference" });
  // The journal moves row by row of its own: filtered, a step is to the next row that fits.
  const isJournal = place.tab === "journal";
  useKeys({
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    "Shift+ArrowLeft": () => step(-10),
    "Shift+ArrowRight": () => step(10),
    Home: () => seek(1),
    End: () => seek(undefined),
    l: () => seek(undefined),
    " ": player.toggle,
    "[": () => jump("previous"),
    "]": () => jump("next"),
    a: compare("a"),
    b: compare("b"),
    ...(isJournal ? {} : { j: () => step(1), k: () => step(-1) }),
    ...Object.fromEntries(TABS.map((tab, place) => [String(place + 1), () => places.turn({ tab })])),
    ...Object.fromEntries(Object.entries(SIDE_KEYS).map(([key, side]) => [key, () => places.turn({ side })])),
  });
}
