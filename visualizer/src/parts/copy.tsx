/** A value one can take along. */
import { useEffect, useState } from "react";
import { Glyph } from "./glyph.tsx";

export function Copy({ text, label, shown = text }: { text: string; label: string; shown?: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () =>
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <button type="button" className="copy" title={`${label}: ${text}. Copy.`} onClick={() => void copy()}>
      <code>{shown}</code>
      <Glyph name={isCopied ? "done" : "copy"} />
      <span className="unseen">{isCopied ? "copied" : `copy ${label}`}</span>
    </button>
  );
}
