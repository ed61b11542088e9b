/**
 * What every store must keep, as data: S1 to S6 of `JournalPort`, and the faults of concurrency they exist for. Runs
 * under any test runner: `storeSuite(test, () => …)` registers each case; a case throws where the store falls short.
 */
import { appendCases } from "./store-appends.ts";
import { leaseCases } from "./store-leases.ts";
import { listCases } from "./store-lists.ts";
import { signalCases } from "./store-signals.ts";
import type { MakeStore, StoreCase } from "./store-story.ts";

export type { MakeStore, StoreCase, StoreFixture } from "./store-story.ts";

export const storeCases: readonly StoreCase[] = [...appendCases, ...leaseCases, ...listCases, ...signalCases];

/**
 * Registers every case with a test runner.
 * @example
 * storeSuite(test, () => ({ store: myStore(), another: () => myStore(), dispose: () => drop() }));
 */
export function storeSuite(test: (title: string, body: () => Promise<void>) => unknown, make: MakeStore): void {
  for (const each of storeCases) test(`${each.id} ${each.title}`, () => each.run(make));
}
