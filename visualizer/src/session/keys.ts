/** Keys of the page. What is typed into a field is typed, and a button that is focused keeps its space bar. */
import { useEffect, useEffectEvent } from "react";

export type Keys = { readonly [key: string]: (() => void) | undefined };

const FIELDS = "input, textarea, select, [contenteditable]";
const PRESSED = "button, a, summary";

function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(FIELDS) !== null || document.querySelector("dialog[open]") !== null) return true;
  return (key === " " || key === "Enter") && target.closest(PRESSED) !== null;
}

/** `Shift+ArrowLeft` is a name, and so is `]`. */
const nameOf = ({ key, shiftKey }: KeyboardEvent): string => (shiftKey && key.length > 1 ? `Shift+${key}` : key);

export function useKeys(keys: Keys): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    const act = keys[nameOf(event)];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}
