/** Watching: applications that tell of their actors, beside the runs of a house, as one thing to be shown. */
import type { Inspectable } from "../../src/contracts/control.ts";
import type { FeedPort } from "../../src/contracts/feed.ts";
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
  if (own === undefined) return { feed, inspection: watched };
  const { inspection, control } = own;
  const isWatched = (run: string): boolean => feed.run(run) !== undefined;
  return { feed, inspection: joined(inspection, watched, isWatched), ...(control === undefined ? {} : { control }) };
}
