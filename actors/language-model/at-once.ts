/** At once: a few of many at a time. */

/** Begins them in order, at most so many at once; resolves to what they came to, in order. The first that throws, throws. */
export async function atOnce<Item, Outcome>(
  items: readonly Item[],
  most: number,
  act: (item: Item) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = new Array(items.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) outcomes[at] = await act(items[at] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return outcomes;
}
