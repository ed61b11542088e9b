/** What was warned of, chosen and granted, newest first. */
import type { BudgetReport } from "../../../src/contracts/report.ts";
import type { Timestamp } from "../../../src/contracts/units.ts";
import { Pill } from "../parts/pill.tsx";
import { Whole } from "../parts/said.tsx";
import { clock, potNames, quantity, share } from "../state/format.ts";
import { type Look, markLooks } from "../state/tone.ts";

interface Note {
  readonly at: Timestamp;
  readonly look: Look;
  readonly label: string;
  readonly text: string;
}

const MOST = 100;

export function BudgetNotes({ budget }: { readonly budget: BudgetReport }) {
  const notes = notesOf(budget);
  if (notes.length === 0) return null;
  return (
    <section className="panel-section">
      <h2 className="panel-sub">Warnings, choices, grants</h2>
      <ul className="notes">
        {notes.slice(0, MOST).map(({ at, look, label, text }) => (
          <li key={`${at}/${label}/${text}`} className="note">
            <time className="muted">{clock(at)}</time>
            <Pill look={look} label={label} />
            <span>
              <Whole text={text} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const whose = (part: string | undefined): string => (part === undefined ? "the run" : part);

function notesOf({ warnings, choices, grants }: BudgetReport): readonly Note[] {
  const warned = warnings.map(
    ({ at, part, pot, share: passed, spent, cap }): Note => ({
      at,
      look: markLooks.budget,
      label: `${share(passed)} passed`,
      text: `${whose(part)}: ${potNames[pot]} ${quantity(pot, spent)} of ${quantity(pot, cap)}`,
    }),
  );
  const chosen = choices.map(({ at, economy, pot, part, reason, alternatives }): Note => {
    const other = alternatives.length === 0 ? "" : ` (could have been: ${alternatives.join(", ")})`;
    return {
      at,
      look: markLooks.replanned,
      label: economy,
      text: `${whose(part)}, ${potNames[pot]}: ${reason}${other}`,
    };
  });
  const granted = grants.map(({ at, by, grant, part }): Note => {
    const amounts = Object.entries(grant) as [keyof typeof potNames, number][];
    const text = amounts.map(([pot, value]) => `${potNames[pot]} +${quantity(pot, value)}`).join(", ");
    return { at, look: markLooks.decided, label: "granted", text: `${whose(part)}: ${text}, by ${by}` };
  });
  return [...warned, ...chosen, ...granted].sort((a, b) => b.at - a.at);
}
