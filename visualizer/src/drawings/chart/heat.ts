/** Heat: how often a state was entered or a transition taken, beside the others. */

/** Steps of warmth, `0` for never. */
export const WARMEST = 5;

export function warmth(visits: number, most: number): number {
  if (visits <= 0 || most <= 0) return 0;
  return Math.ceil((Math.log1p(visits) / Math.log1p(most)) * WARMEST);
}

export const visitsOf = (ids: readonly string[], visits: { readonly [id: string]: number }): number =>
  ids.reduce((sum, id) => sum + (Object.hasOwn(visits, id) ? (visits[id] ?? 0) : 0), 0);

/** `7`, `1.2k`: no more than five columns. */
export function countOf(n: number): string {
  if (n < 1000) return String(n);
  if (n < 1_000_000) return `${(n / 1000).toFixed(n < 10_000 ? 1 : 0)}k`;
  return `${(n / 1_000_000).toFixed(n < 10_000_000 ? 1 : 0)}M`;
}
