/** Question name: which open question is meant by what somebody typed? Its id, or the beginning of it. */
import type { ApprovalRequest } from "../index.ts";
import { UsageError } from "./complaint.ts";
import { visible } from "./review/report/escape.ts";

export function findQuestion(open: readonly ApprovalRequest[], name: string): ApprovalRequest {
  const exact = open.find(({ id }) => id === name);
  if (exact !== undefined) return exact;
  const found = name === "" ? [] : open.filter(({ id }) => id.startsWith(name) || id.startsWith(`run_${name}`));
  const [only, another] = found;
  if (only === undefined)
    throw new UsageError(`no open question is "${visible(name)}"; list them with "bailiwick inbox"`);
  if (another !== undefined)
    throw new UsageError(`"${visible(name)}" begins the ids of ${found.length} questions; give more of it`);
  return only;
}
