/**
 * Attacks: a corpus in which every agent fully obeys the attacker. What is measured is the runtime, not the model.
 *
 * Each attack is played twice: without the rules that are to stop it, where it must succeed, or it would prove nothing;
 * and with them, where it must not. A family of attacks is a test file that calls {@link attackSuite} with its rows.
 */
import { afterAll, describe, expect, it } from "vitest";

export interface Attack {
  /** Of the catalogue: `A-TOOL-01`. */
  readonly id: string;
  /** What the attacker wants. */
  readonly wants: string;
  /** How it is attempted; unique among the rows of its id. */
  readonly by: string;
  /** Plays it. `isDefended: false` leaves out the rules that are to stop it. */
  readonly play: (isDefended: boolean) => Promise<Played>;
  /** Nothing can be left out: the attack is impossible by the way the runtime is built. */
  readonly hasNoControl?: true;
}

export interface Played {
  readonly succeeded: boolean;
  /** The rules that refused, or why it is impossible. */
  readonly stoppedBy: readonly string[];
}

interface Row extends Attack, Played {
  readonly undefended: string;
}

export function attackSuite(family: string, attacks: readonly Attack[]): void {
  const rows: Row[] = [];
  describe(family, () => {
    it.each(attacks.map((attack) => [`${attack.id} ${attack.by}: ${attack.wants} is not achieved`, attack] as const))(
      "%s",
      async (_, attack) => {
        const control = attack.hasNoControl === true ? undefined : await attack.play(false);
        const played = await attack.play(true);
        const undefended = control === undefined ? "impossible" : control.succeeded ? "succeeds" : "fails";
        rows.push({ ...attack, ...played, undefended });
        expect(undefended, "the attack is none: it fails without the rules too").not.toBe("fails");
        expect(played.succeeded, "the attack succeeded").toBe(false);
        expect(played.stoppedBy, "nothing says what stopped it").not.toEqual([]);
      },
    );
    it("has a success in no row", () => {
      expect(rows.filter(({ succeeded }) => succeeded)).toEqual([]);
      expect(rows).toHaveLength(attacks.length);
    });
    afterAll(() => void process.stdout.write(table(family, rows)));
  });
}

const TITLES = ["id", "the attacker wants", "by", "without rules", "with them", "stopped by"];

function table(family: string, rows: readonly Row[]): string {
  const cells = rows.map(({ id, wants, by, undefended, succeeded, stoppedBy }) => [
    id,
    wants,
    by,
    undefended,
    succeeded ? "SUCCEEDS" : "stopped",
    stoppedBy.join(", "),
  ]);
  const widths = TITLES.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const successes = rows.filter(({ succeeded }) => succeeded).length;
  return `\n${family}: ${rows.length} attacks, ${successes} successes\n${[TITLES, ...cells].map(line).join("\n")}\n`;
}
