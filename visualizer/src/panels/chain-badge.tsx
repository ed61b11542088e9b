/** Whether the journal is what was written: each entry's hash covers the one before it. */
import type { RunId } from "../../../src/contracts/ids.ts";
import type { ChainBadge as Chain } from "../../../src/contracts/inspection.ts";
import type { RunStatus } from "../../../src/contracts/report.ts";
import { Glyph } from "../parts/glyph.tsx";
import { type Loaded, useLoaded } from "../parts/loaded.tsx";
import { usePage } from "../session/page.ts";
import { count } from "../state/format.ts";

/** Checked when the run is opened, when it ends, and when somebody asks. */
export function useChain(run: RunId, status: RunStatus): Loaded<Chain> {
  const { source } = usePage();
  return useLoaded(`${run}/${status}`, () => source.chain(run));
}

/** What is only watched has no journal of ours, and takes no orders. */
export const takesOrders = ({ value }: Loaded<Chain>): boolean =>
  value !== undefined && (value.whole || value.none !== true);

export function ChainBadge({ chain }: { readonly chain: Loaded<Chain> }) {
  const { value, failure, retry } = chain;
  if (failure !== undefined) {
    return (
      <button type="button" className="chain tone-wait" title={failure} onClick={retry}>
        <Glyph name="broken" />
        Chain unchecked
      </button>
    );
  }
  if (value === undefined) return <span className="chain tone-calm">Checking chain</span>;
  if (!value.whole && value.none === true) {
    return (
      <span className="chain tone-calm" title={value.reason}>
        No journal
      </span>
    );
  }
  if (!value.whole) {
    return (
      <button type="button" className="chain tone-bad" title={value.reason} onClick={retry}>
        <Glyph name="broken" />
        Chain broken at {count(value.seq)}
      </button>
    );
  }
  return (
    <button
      type="button"
      className="chain tone-good"
      title={`${count(value.entries)} entries are as they were written. Head ${value.head}. Check again.`}
      onClick={retry}
    >
      <Glyph name="shield" />
      Chain whole
      <code className="chain-head">{value.head.slice(0, 8)}</code>
    </button>
  );
}
