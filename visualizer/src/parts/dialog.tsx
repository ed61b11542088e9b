/** A dialog over the page. Escape closes it, and what was focused before is focused again. */
import { type ReactNode, useEffect, useRef } from "react";
import { IconButton } from "./button.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (dialog?.open === false) dialog.showModal();
  }, []);
  return (
    <dialog ref={element} className="dialog" aria-label={title} onClose={onClose}>
      <header className="dialog-head">
        <h2>{title}</h2>
        <IconButton label="Close" icon="close" onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}
