/** What the keys do. `docs/visualizer.md` says the same. */
import { Dialog } from "../parts/dialog.tsx";

type Line = readonly [keys: string, what: string];

const GROUPS: readonly { readonly title: string; readonly lines: readonly Line[] }[] = [
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

export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <div className="help">
        {GROUPS.map(({ title, lines }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl className="keys">
              {lines.map(([keys, what]) => (
                <div key={keys}>
                  <dt>
                    {keys.split(" ").map((one) => (
                      <kbd key={one}>{one}</kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
