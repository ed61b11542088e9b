/** What every part of the page may use: its source, where it is, and the stores that outlive a view. */
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { Source, Standing } from "../source.ts";
import { type InboxChange, type InboxState, NO_INBOX, reduceInbox } from "../state/inbox.ts";
import type { Place } from "../state/place.ts";
import { NO_RUNS, type RunsChange, type RunsState, reduceRuns } from "../state/runs.ts";
import { createStore, type Store } from "../state/store.ts";
import { NO_TOASTS, reduceToasts, type ToastChange, type ToastState } from "../state/toasts.ts";
import type { Tone } from "../state/tone.ts";
import { createPlaces, type Places } from "./places.ts";

export interface Page {
  readonly source: Source;
  readonly places: Places;
  readonly inbox: Store<InboxState, InboxChange>;
  readonly runs: Store<RunsState, RunsChange>;
  readonly toasts: Store<ToastState, ToastChange>;
  say(tone: Tone, text: string): void;
}

export function createPage(source: Source): Page {
  const toasts = createStore(reduceToasts, NO_TOASTS);
  return {
    source,
    places: createPlaces(),
    inbox: createStore(reduceInbox, NO_INBOX),
    runs: createStore(reduceRuns, NO_RUNS),
    toasts,
    say: (tone, text) => toasts.dispatch({ kind: "say", tone, text }),
  };
}

const PageContext = createContext<Page | undefined>(undefined);
export const PageProvider = PageContext.Provider;

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error("there is no page around this part");
  return page;
}

export const useStore = <State>(store: Pick<Store<State, never>, "get" | "subscribe">): State =>
  useSyncExternalStore(store.subscribe, store.get);

export const usePlace = (): Place => useStore(usePage().places);

export function useStanding(): Standing | undefined {
  const { source } = usePage();
  const [standing, setStanding] = useState<Standing>();
  useEffect(() => source.onStanding(setStanding), [source]);
  return standing;
}
