/** Places: where the page is, beside its address. The address follows a moment later, so that a scrubber may fly. */
import { hashOf, type Place, placeOf, type RunPlace } from "../state/place.ts";

const ADDRESS_AFTER_MS = 200;

export interface Places {
  get(): Place;
  subscribe(told: () => void): () => void;
  /** To another view. The way back leads here. */
  go(place: Place): void;
  /** Elsewhere in the run that is open. */
  turn(change: { readonly [Name in keyof RunPlace]?: RunPlace[Name] | undefined }): void;
}

export function createPlaces(): Places {
  let place = placeOf(location.hash);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const told = new Set<() => void>();

  const move = (next: Place): void => {
    place = next;
    for (const tell of told) tell();
  };

  addEventListener("hashchange", () => {
    clearTimeout(timer);
    move(placeOf(location.hash));
  });

  return {
    get: () => place,
    subscribe(tell) {
      told.add(tell);
      return () => told.delete(tell);
    },
    go(next) {
      clearTimeout(timer);
      history.pushState(null, "", hashOf(next));
      move(next);
    },
    turn(change) {
      if (place.view !== "run") return;
      const fields = Object.entries({ ...place, ...change }).filter(([, value]) => value !== undefined);
      move(Object.fromEntries(fields) as unknown as RunPlace);
      clearTimeout(timer);
      timer = setTimeout(() => history.replaceState(null, "", hashOf(place)), ADDRESS_AFTER_MS);
    },
  };
}
