/** Budget clerk: a ledger as a clerk would keep it, and the property that the real one keeps the same books. */
import fc from "fast-check";
import type { Amount, CountedPot, Ledger, Limits, PartLimits, PartNumber, Pot } from "../../src/contracts/budget.ts";
import { hold, lower, openLedger, openPart, raise, release, rest, settle, wake } from "../../src/decisions/budget.ts";

/** The rules of the ledger; a mutant is the same with one of them broken. */
export const ledgerRules = { hold, settle, release, raise, lower, rest, wake };
export type LedgerRules = typeof ledgerRules;

const COUNTED: readonly CountedPot[] = ["costMicroUsd", "tokens", "steps", "toolCalls"];

/** Two pots move together and two alone, so that refusals for each occur. */
const amounts = fc.record({
  costMicroUsd: fc.integer({ min: 0, max: 4 }),
  tokens: fc.integer({ min: 0, max: 2 }),
  steps: fc.constantFrom(0, 1),
  toolCalls: fc.constantFrom(0, 1),
});
const hostile = fc.oneof(
  { weight: 8, arbitrary: amounts },
  { weight: 1, arbitrary: amounts.map((one) => ({ ...one, tokens: -1 })) },
  { weight: 1, arbitrary: amounts.map((one) => ({ ...one, costMicroUsd: 0.5 })) },
);
const caps = {
  costMicroUsd: fc.integer({ min: 0, max: 8 }),
  tokens: fc.integer({ min: 0, max: 6 }),
  steps: fc.integer({ min: 0, max: 6 }),
  toolCalls: fc.integer({ min: 0, max: 6 }),
};
const partLimits: fc.Arbitrary<PartLimits> = fc.record(caps, { requiredKeys: [] });
const limits: fc.Arbitrary<Limits> = fc.record(
  { ...caps, wallMs: fc.integer({ min: 1, max: 12 }), activeMs: fc.integer({ min: 1, max: 8 }) },
  { requiredKeys: [] },
);

/** Two agents, and a task that either may work on. */
const PATHS: readonly (readonly PartNumber[])[] = [[], [0], [1], [2, 0], [2, 1]];
const holders = fc.constantFrom("a", "b", "c", "constructor");
const pots = fc.constantFrom<Pot>(...COUNTED, "wallMs", "activeMs");

const commands = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("hold" as const),
      who: holders,
      amount: hostile,
      parts: fc.constantFrom(...PATHS),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("settle" as const), who: holders, amount: fc.option(hostile) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("release" as const), who: holders }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("raise" as const),
      pot: pots,
      by: fc.option(fc.integer({ min: 0, max: 3 })),
      part: fc.option(fc.constantFrom(0, 1, 2)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lower" as const), limits }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("rest" as const, "wake" as const) }) },
);
type Command = typeof commands extends fc.Arbitrary<infer C> ? C : never;

interface Line {
  readonly amount: Amount;
  readonly parts: readonly PartNumber[];
}

/** A list of lines, added up anew for each question. Calls nothing that it is to check. */
class Clerk {
  readonly caps: Map<string, number>;
  readonly partCaps: readonly Map<string, number>[];
  readonly open = new Map<string, Line>();
  readonly paid: Line[] = [];
  now = 0;
  active = 0;
  isResting = false;

  constructor(run: Limits, parts: readonly PartLimits[]) {
    this.caps = new Map(Object.entries(run));
    this.partCaps = parts.map((one) => new Map(Object.entries(one)));
  }

  /** Of the run, or of one part of it. */
  sum(lines: Iterable<Line>, part?: PartNumber): Amount {
    const total = { costMicroUsd: 0n, tokens: 0n, steps: 0n, toolCalls: 0n };
    for (const { amount, parts } of lines)
      if (part === undefined || parts.includes(part)) for (const pot of COUNTED) total[pot] += BigInt(amount[pot]);
    return {
      costMicroUsd: Number(total.costMicroUsd),
      tokens: Number(total.tokens),
      steps: Number(total.steps),
      toolCalls: Number(total.toolCalls),
    };
  }

  isKnown(one: Amount): boolean {
    return COUNTED.every((pot) => Number.isInteger(one[pot]) && !(one[pot] < 0));
  }

  /** The pots that forbid it; of a hold that makes no sense, any. */
  objections(who: string, wanted: Amount, parts: readonly PartNumber[]): readonly string[] {
    if (!this.isKnown(wanted) || this.open.has(who)) return [...COUNTED];
    const lines = [...this.paid, ...this.open.values(), { amount: wanted, parts }];
    const passed = [undefined, ...parts].flatMap((part) => {
      const total = this.sum(lines, part);
      const own = part === undefined ? this.caps : this.partCaps[part];
      return COUNTED.filter((pot) => total[pot] > (own?.get(pot) ?? Number.MAX_VALUE));
    });
    const isLate = (pot: string, elapsed: number) => elapsed >= (this.caps.get(pot) ?? Number.MAX_VALUE);
    return [
      ...passed,
      ...(isLate("wallMs", this.now) ? ["wallMs"] : []),
      ...(isLate("activeMs", this.active) ? ["activeMs"] : []),
    ];
  }

  wait(ms: number): void {
    this.now += ms;
    if (!this.isResting) this.active += ms;
  }

  raise(pot: string, by: number | null, part: PartNumber | null): void {
    const own = part === null ? this.caps : this.partCaps[part];
    const cap = own?.get(pot);
    const more = by ?? cap;
    if (cap !== undefined) own?.set(pot, cap + (more === undefined || more < 1 ? 1 : more));
  }

  lower(to: Limits): void {
    for (const [pot, cap] of Object.entries(to)) {
      const now = this.caps.get(pot);
      if (now === undefined || now > cap) this.caps.set(pot, cap);
    }
  }
}

export interface Tally {
  granted: number;
  refused: number;
}

export class Disagreement extends Error {}

const same = (what: string, is: unknown, should: unknown): void => {
  const [one, other] = [JSON.stringify(is), JSON.stringify(should)];
  if (one !== other) throw new Disagreement(`${what}: ${one}, and by the clerk's books ${other}`);
};

const sorted = (entries: Iterable<readonly [string, unknown]>) => [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));

function agree({ spent, reserved, holds, limits: own, parts }: Ledger, clerk: Clerk): void {
  same("spent", spent, clerk.sum(clerk.paid));
  same("reserved", reserved, clerk.sum(clerk.open.values()));
  same("caps", sorted(Object.entries(own)), sorted(clerk.caps));
  const open = [...clerk.open].map(([who, { amount, parts: path }]) => [who, { ...amount, parts: path }] as const);
  same(
    "holds",
    sorted(Object.entries(holds).map(([who, one]) => [who, { ...one, parts: one.parts ?? [] }])),
    sorted(open),
  );
  parts.forEach((part, number) => {
    same(`spent of ${part.name}`, part.spent, clerk.sum(clerk.paid, number));
    same(`reserved of ${part.name}`, part.reserved, clerk.sum(clerk.open.values(), number));
    same(`caps of ${part.name}`, sorted(Object.entries(part.limits)), sorted(clerk.partCaps[number] ?? []));
  });
}

function obey(rules: LedgerRules, ledger: Ledger, clerk: Clerk, step: Command, tally: Tally): Ledger {
  switch (step.do) {
    case "wait":
      clerk.wait(step.ms);
      return ledger;
    case "rest":
    case "wake":
      clerk.isResting = step.do === "rest";
      return rules[step.do](ledger, clerk.now);
    case "hold": {
      const objections = clerk.objections(step.who, step.amount, step.parts);
      const decision = rules.hold(ledger, step.who, step.amount, clerk.now, step.parts);
      if (decision.kind === "refused") {
        tally.refused++;
        if (!objections.includes(decision.pot)) throw new Disagreement(`refused for ${decision.pot}, without a reason`);
        return ledger;
      }
      tally.granted++;
      if (objections.length > 0) throw new Disagreement(`granted over the cap of ${objections.join(", ")}`);
      clerk.open.set(step.who, { amount: step.amount, parts: step.parts });
      return decision.ledger;
    }
    case "settle":
    case "release": {
      const open = clerk.open.get(step.who);
      clerk.open.delete(step.who);
      const said = step.do === "settle" ? (step.amount ?? undefined) : undefined;
      if (open !== undefined && step.do === "settle")
        clerk.paid.push({ ...open, amount: said !== undefined && clerk.isKnown(said) ? said : open.amount });
      return step.do === "release" ? rules.release(ledger, step.who) : rules.settle(ledger, step.who, said);
    }
    case "raise":
      clerk.raise(step.pot, step.by, step.part);
      return rules.raise(ledger, step.pot, step.by ?? undefined, step.part ?? undefined);
    case "lower":
      clerk.lower(step.limits);
      return rules.lower(ledger, step.limits);
  }
}

/** That any sequence of holds, ends, grants, cuts and waits leaves the books as the clerk has them. */
export const booksProperty = (rules: LedgerRules, tally: Tally = { granted: 0, refused: 0 }) =>
  fc.property(
    limits,
    fc.tuple(partLimits, partLimits, partLimits),
    fc.array(commands, { minLength: 3, maxLength: 12, size: "max" }),
    (run, parts, steps) => {
      const names = ["agent:ann", "agent:bob", "task:one"];
      let ledger = openLedger(
        run,
        0,
        parts.map((one, number) => openPart(names[number] ?? "", one)),
      );
      const clerk = new Clerk(run, parts);
      for (const step of steps) {
        ledger = obey(rules, ledger, clerk, step, tally);
        agree(ledger, clerk);
      }
    },
  );
