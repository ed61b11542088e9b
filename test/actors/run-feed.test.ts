import { expect, it } from "vitest";
import { RunFeed } from "../../actors/inspection/run-feed.ts";
import type { Moment } from "../../src/contracts/inspection.ts";
import { handTime } from "../../src/testing/hand-time.ts";

it.each([
  [150, 10],
  [250, 5],
])("F1 tells of %d entries each tenth of a second at most %d times in a second", async (entries, most) => {
  const time = handTime(0);
  let told = 0;
  const feed = new RunFeed({
    clock: time,
    frame: async () => {
      const head = 1 + Math.floor((time.now() - begun) / 100) * entries;
      return { head, rows: [], moment: {} as Moment };
    },
  });
  const begun = time.now();
  const unwatch = feed.watch(1, ({ kind }) => (told += kind === "moment" ? 1 : 0));
  await time.advanceAsync(200);
  told = 0;
  for (let n = 0; n < 100; n++) await time.advanceAsync(10);
  unwatch();
  expect(told).toBeGreaterThanOrEqual(most - 1);
  expect(told).toBeLessThanOrEqual(most);
});
