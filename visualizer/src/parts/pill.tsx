/** A word with a meaning: glyph, tone and text together. */
import type { Look, Tone } from "../state/tone.ts";
import { Glyph } from "./glyph.tsx";
import { Said } from "./said.tsx";

export function Pill({ look, label }: { readonly look: Look; readonly label?: string }) {
  return (
    <span className={`pill tone-${look.tone}`}>
      <Glyph name={look.glyph} />
      {label === undefined ? look.label : <Said text={label} />}
    </span>
  );
}

/** Without a glyph: a name that others chose, or a kind. */
export function Tag({ text, tone = "calm" }: { readonly text: string; readonly tone?: Tone }) {
  return (
    <span className={`tag tone-${tone}`}>
      <Said text={text} />
    </span>
  );
}
