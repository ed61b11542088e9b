/** Run name: which run is meant by what somebody typed? Its id, the beginning of its id, or `last`. */
import { type RunSummary, RuntimeError, type StorePort } from "../index.ts";
import { UsageError } from "./complaint.ts";
import { visible } from "./review/report/escape.ts";

export async function findRun(store: StorePort, name: string): Promise<RunSummary> {
  const exact = await store.summary(name);
  if (exact !== undefined) return exact;
  const runs = await store.runs(name === "last" ? { limit: 1 } : { limit: 10_000 });
  const found =
    name === "last" ? runs : runs.filter(({ run }) => run.startsWith(name) || run.startsWith(`run_${name}`));
  const [only, another] = name === "" ? [] : found;
  if (only === undefined) {
    const text = `there is no run "${visible(name)}" in this journal; list its runs with "bailiwick runs"`;
    throw new RuntimeError("run.unknown", text);
  }
  if (another !== undefined) throw new UsageError(`"${visible(name)}" begins ${found.length} run ids; give more of it`);
  return only;
}
