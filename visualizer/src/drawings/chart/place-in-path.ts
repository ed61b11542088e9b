/** Place in a path that is played: before the first step it is 0. */

export interface Place {
  readonly isOpen: boolean;
  readonly path: number;
  readonly at: number;
  readonly isPlaying: boolean;
}

export type Wish =
  | { readonly kind: "open" | "close" }
  | { readonly kind: "choose"; readonly path: number }
  | { readonly kind: "go"; readonly at: number; readonly length: number }
  | { readonly kind: "play" | "stop" | "tick"; readonly length: number };

export const CLOSED: Place = { isOpen: false, path: 0, at: 0, isPlaying: false };

export function played(place: Place, wish: Wish): Place {
  switch (wish.kind) {
    case "open":
      return { ...CLOSED, isOpen: true };
    case "close":
      return CLOSED;
    case "choose":
      return { ...place, path: wish.path, at: 0, isPlaying: false };
    case "go":
      return { ...place, at: Math.min(Math.max(0, wish.at), wish.length), isPlaying: false };
    case "stop":
      return { ...place, isPlaying: false };
    case "play":
      // At its end it is played again.
      return { ...place, at: place.at >= wish.length ? 0 : place.at, isPlaying: wish.length > 0 };
    case "tick": {
      const at = Math.min(place.at + 1, wish.length);
      return { ...place, at, isPlaying: place.isPlaying && at < wish.length };
    }
  }
}
