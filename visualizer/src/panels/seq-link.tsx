/** A number of the journal, and the way there. */
import type { Seq } from "../../../src/contracts/units.ts";
import { usePage } from "../session/page.ts";
import { count } from "../state/format.ts";

export function SeqLink({ seq }: { readonly seq: Seq }) {
  const { places } = usePage();
  return (
    <button
      type="button"
      className="seq"
      title="Go there, and show why"
      onClick={() => places.turn({ seq, side: "why" })}
    >
      <span className="unseen">entry </span>
      {count(seq)}
    </button>
  );
}
