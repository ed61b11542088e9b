/** Watching: applications that tell of their actors, beside the runs of a house, as one thing to be shown. */
import type { Inspectable } from "../../src/contracts/control.ts";
import type { FeedPort } from "../../src/contracts/feed.ts";
import { exportedRun } from "../export-run.ts";
import { Feed, type FeedOptions } from "./feed.ts";
import { feedInspection } from "./feed-inspection.ts";
import { joined } from "./joined.ts";

export interface Watching extends Inspectable {
  /** Where an application is taken in; see `serve`. */
  readonly feed: FeedPort;
}

export function watching(options: FeedOptions, own?: Inspectable): Watching {
  const feed = new Feed(options);
  const watched = feedInspection(feed);
  const isWatched = (run: string): boolean => feed.run(run) !== undefined;
  const inspection = own === undefined ? watched : joined(own.inspection, watched, isWatched);
  return {
    feed,
    inspection,
    exported: (run) => exportedRun(inspection, run, options.clock.now()),
    ...(own?.control === undefined ? {} : { control: own.control }),
  };
}
