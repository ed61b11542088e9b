/**
 * Spending: what a run notes about how it keeps its budget. It decides nothing; reports and the journal show it.
 *
 * G1  A share of a cap is warned of once. A cap that was raised is another cap.
 * G2  Every bill above its hold, and every bill nobody can trust, is on record with its call.
 */
import type {
  Amount,
  BudgetWarning,
  EconomyChoice,
  GrantRecord,
  Ledger,
  PartLimits,
  Pot,
} from "../contracts/budget.ts";
import type { Command, RulingOf } from "../contracts/commands.ts";
import type { ActorId } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { Timestamp } from "../contracts/units.ts";
import { COUNTED, combine, elapsedIn, NOTHING, TIMED } from "./budget.ts";
import type { Usage } from "./usage.ts";

export interface Spending {
  /** Of calls that reported what they cost: what they had held, and what they cost. */
  readonly held: Amount;
  readonly actual: Amount;
  /** Calls whose bill could not be trusted. */
  readonly untrusted: number;
  /** What calls cost above their holds. */
  readonly over: Amount;
  readonly warnings: readonly BudgetWarning[];
  readonly choices: readonly EconomyChoice[];
  readonly grants: readonly GrantRecord[];
  /** To be recorded with the step that is being worked on. */
  readonly remarks: readonly RulingOf[];
}

export const NO_SPENDING: Spending = {
  held: NOTHING,
  actual: NOTHING,
  untrusted: 0,
  over: NOTHING,
  warnings: [],
  choices: [],
  grants: [],
  remarks: [],
};

/** Notes what a call came to against what it held. */
export function noteUsage(
  spending: Spending,
  act: ActorId,
  held: Amount,
  { actual, untrusted, over }: Usage,
): Spending {
  const passed = COUNTED.filter((pot) => over[pot] > 0);
  const noted = { ...spending, held: combine(spending.held, held), actual: combine(spending.actual, actual) };
  if (untrusted.length === 0 && passed.length === 0) return noted;
  const remarks = [...spending.remarks];
  if (untrusted.length > 0)
    remarks.push({
      rule: "usage.untrusted",
      verdict: "settled at the hold",
      reason: `what ${act} says it used of ${untrusted.join(", ")} is no amount to go by`,
      data: { act, pots: untrusted },
    });
  if (passed.length > 0)
    remarks.push({
      rule: "budget.overage",
      verdict: "recorded",
      reason: `${act} cost more than it said it could: ${passed.map((pot) => `${pot} by ${over[pot]}`).join(", ")}`,
      data: { act, over: Object.fromEntries(passed.map((pot) => [pot, over[pot]])) },
    });
  return {
    ...noted,
    untrusted: spending.untrusted + (untrusted.length > 0 ? 1 : 0),
    over: combine(spending.over, over),
    remarks,
  };
}

const DEFAULT_SHARES: readonly number[] = [0.5, 0.8];

interface Books {
  readonly ledger: Ledger;
  readonly spending: Spending;
  readonly settings: { readonly budget?: { readonly warnAt?: readonly number[] } };
}

/** What is to be recorded of a step that has changed the books: remarks, and shares of caps that were passed. */
export function remark(
  before: Ledger,
  books: Books,
  at: Timestamp,
): { readonly spending: Spending; readonly commands: readonly Command[] } {
  const { spending } = books;
  const warnings = before.spent === books.ledger.spent ? [] : warningsOf(before, books, at);
  if (warnings.length === 0 && spending.remarks.length === 0) return { spending, commands: [] };
  const rulings = [...spending.remarks, ...warnings.map(rulingOf)];
  return {
    spending: { ...spending, remarks: [], warnings: [...spending.warnings, ...warnings] },
    commands: rulings.map((params) => ({ type: "record", params })),
  };
}

const rulingOf = (warning: BudgetWarning): RulingOf => {
  const { pot, part, share, spent, cap } = warning;
  const data: JsonObject = { pot, share, spent, cap, ...(part === undefined ? {} : { part }) };
  const whose = part === undefined ? "" : `${part}: `;
  return {
    rule: "budget.warning",
    verdict: "warned",
    reason: `${whose}${pot}: ${spent} of ${cap} is spent, ${share * 100} % or more`,
    data,
  };
};

function warningsOf(before: Ledger, { ledger, spending, settings }: Books, at: Timestamp): readonly BudgetWarning[] {
  const shares = settings.budget?.warnAt ?? DEFAULT_SHARES;
  const found = passed(before.spent, ledger.spent, ledger.limits, shares);
  const parts = ledger.parts === before.parts ? [] : ledger.parts;
  parts.forEach((part, number) => {
    const was = before.parts[number];
    if (was !== part)
      for (const one of passed(was?.spent ?? NOTHING, part.spent, part.limits, shares))
        found.push({ ...one, part: part.name });
  });
  for (const pot of TIMED) {
    const cap = ledger.limits[pot];
    const spent = cap === undefined ? 0 : elapsedIn(ledger, pot, at);
    for (const share of cap === undefined ? [] : shares)
      if (cap !== undefined && spent >= share * cap && !isKnown(spending, pot, share, cap))
        found.push({ pot, share, spent, cap });
  }
  return found.length === 0 ? NONE : found.map((one) => ({ ...one, at }));
}

const NONE: readonly BudgetWarning[] = [];

const isKnown = ({ warnings }: Spending, pot: Pot, share: number, cap: number): boolean =>
  warnings.some((one) => one.pot === pot && one.share === share && one.cap === cap);

type Found = Omit<BudgetWarning, "at">;

function passed(was: Amount, is: Amount, limits: PartLimits, shares: readonly number[]): Found[] {
  const found: Found[] = [];
  for (const pot of COUNTED) {
    const cap = limits[pot];
    if (cap === undefined || was[pot] === is[pot]) continue;
    for (const share of shares)
      if (was[pot] < share * cap && is[pot] >= share * cap) found.push({ pot, share, spent: is[pot], cap });
  }
  return found;
}
