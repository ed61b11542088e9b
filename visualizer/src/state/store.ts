/** Store: a state, the pure rule that changes it, and whoever wants to know. */
export interface Store<State, Change> {
  get(): State;
  dispatch(change: Change): void;
  subscribe(told: () => void): () => void;
}

export function createStore<State, Change>(
  reduce: (state: State, change: Change) => State,
  initial: State,
): Store<State, Change> {
  let state = initial;
  const told = new Set<() => void>();
  return {
    get: () => state,
    dispatch(change) {
      const next = reduce(state, change);
      if (Object.is(next, state)) return;
      state = next;
      for (const tell of told) tell();
    },
    subscribe(tell) {
      told.add(tell);
      return () => told.delete(tell);
    },
  };
}
