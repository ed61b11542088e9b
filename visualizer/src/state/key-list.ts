/** What the keys of the page do; `docs/visualizer.md` says the same. */
type Line = readonly [keys: string, what: string];

export const KEYS: readonly { readonly title: string; readonly lines: readonly Line[] }[] = [
  {
    title: "Everywhere",
    lines: [
      ["?", "this overview"],
      ["g", "the list of runs"],
      ["i", "the inbox"],
      ["/", "search"],
      ["t", "theme: system, light, dark"],
      ["j k", "next and previous row"],
    ],
  },
  {
    title: "Time",
    lines: [
      ["← →", "one entry back, forth"],
      ["⇧ ← ⇧ →", "ten entries"],
      ["Home End", "first entry, head"],
      ["[ ]", "previous, next intervention"],
      ["Space", "play, pause"],
      ["l", "follow the head"],
    ],
  },
  {
    title: "Panels of a run",
    lines: [
      ["1 … 6", "chart, actors, plan, sequence, journal, difference"],
      ["q", "questions"],
      ["f", "findings"],
      ["w", "why"],
      ["u", "budget"],
      ["o", "blackboard"],
      ["a b", "take this moment as A, as B of a difference"],
    ],
  },
];
