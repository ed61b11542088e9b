/** What the keys do. */
import { Dialog } from "../parts/dialog.tsx";
import { KEYS } from "../state/key-list.ts";

export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <div className="help">
        {KEYS.map(({ title, lines }) => (
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
