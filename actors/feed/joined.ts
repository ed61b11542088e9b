/** Joined: runs of this house, and applications that are watched from outside, under one port. */
import type { RunId } from "../../src/contracts/ids.ts";
import type { InspectionPort, RunQuery, RunRow } from "../../src/contracts/inspection.ts";

/** `isWatched` tells by its id which of the two a run belongs to. */
export function joined(
  own: InspectionPort,
  watched: InspectionPort,
  isWatched: (run: RunId) => boolean,
): InspectionPort {
  const of = (run: RunId): InspectionPort => (isWatched(run) ? watched : own);
  return {
    runs: async (query) => newest([...(await own.runs(query)), ...(await watched.runs(query))], query),
    overview: (run, buckets) => of(run).overview(run, buckets),
    rows: (run, query) => of(run).rows(run, query),
    moment: (run, seq) => of(run).moment(run, seq),
    actor: (run, actor, seq) => of(run).actor(run, actor, seq),
    sequence: (run, from, to) => of(run).sequence(run, from, to),
    difference: (run, from, to) => of(run).difference(run, from, to),
    why: (run, seq) => of(run).why(run, seq),
    chain: (run) => of(run).chain(run),
    chart: (run, name) => of(run).chart(run, name),
    paths: (run, name) => of(run).paths(run, name),
    inbox: () => own.inbox(),
    watch: (run, after, told) => of(run).watch(run, after, told),
    watchAll: (told, everyMs) => {
      const ends = [own.watchAll(told, everyMs), watched.watchAll(told, everyMs)];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

const newest = (rows: readonly RunRow[], { limit = 50 }: RunQuery): readonly RunRow[] =>
  rows.toSorted((a, b) => b.createdAt - a.createdAt).slice(0, limit);
