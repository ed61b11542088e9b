/** Short words at the edge. They are read out, and go by themselves. */
import { useEffect } from "react";
import { IconButton } from "../parts/button.tsx";
import { Said } from "../parts/said.tsx";
import { usePage, useStore } from "../session/page.ts";
import type { Toast } from "../state/toasts.ts";

const SHOWN_MS = 6_000;

export function Toasts() {
  const { toasts: store } = usePage();
  const { toasts } = useStore(store);
  return (
    <div className="toasts" role="log" aria-label="Messages" aria-live="polite">
      {toasts.map((toast) => (
        <One key={toast.id} toast={toast} onClose={() => store.dispatch({ kind: "dismiss", id: toast.id })} />
      ))}
    </div>
  );
}

function One({ toast, onClose }: { readonly toast: Toast; readonly onClose: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted from when it came
  useEffect(() => {
    const timer = setTimeout(onClose, SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={`toast tone-${toast.tone}`}>
      <Said text={toast.text} />
      <IconButton label="Dismiss" icon="close" onClick={onClose} />
    </div>
  );
}
