/**
 * Authority: what may be done in a task, and whether one is a part of another.
 *
 * A1  A meet allows what both sides allow, and nothing else.
 * A2  What is asked for is within what there is, or it is named.
 */
import type { Attempt } from "../contracts/acts.ts";
import type { Authority, DelegationRequest } from "../contracts/delegation.ts";
import type { Milliseconds, Timestamp } from "../contracts/units.ts";
import { inScope } from "./blackboard.ts";

/** Every key of the pattern is in the scope. A prefix holds more keys than any list of exact ones. */
const covers = (scope: readonly string[], pattern: string): boolean =>
  pattern === "*"
    ? scope.includes("*")
    : pattern.endsWith("/*")
      ? coversPrefix(scope, pattern)
      : inScope(scope, pattern);

const coversPrefix = (scope: readonly string[], prefix: string): boolean =>
  scope.some((one) => one === "*" || (one.endsWith("/*") && prefix.startsWith(one.slice(0, -1))));

/** Patterns either hold one another or have nothing in common. */
const meetScopes = (a: readonly string[], b: readonly string[]): readonly string[] => [
  ...new Set([...a.filter((pattern) => covers(b, pattern)), ...b.filter((pattern) => covers(a, pattern))]),
];

const earlier = (a: Timestamp | undefined, b: Timestamp | undefined): Timestamp | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

export function meet(a: Authority, b: Authority): Authority {
  const until = earlier(a.until, b.until);
  return {
    tools: a.tools.filter((tool) => b.tools.includes(tool)),
    reads: meetScopes(a.reads, b.reads),
    writes: meetScopes(a.writes, b.writes),
    depth: Math.min(a.depth, b.depth),
    ...(until === undefined ? {} : { until }),
  };
}

/** What of a request goes beyond what there is to give at `at`, in words; nothing when it is all within. */
export function excessOf(request: DelegationRequest, have: Authority, at: Timestamp): readonly string[] {
  const { tools = [], reads = [], writes = [], depth, timeoutMs } = request;
  return [
    ...tools.filter((tool) => !have.tools.includes(tool)).map((tool) => `tool "${tool}"`),
    ...reads.filter((key) => !covers(have.reads, key)).map((key) => `reading "${key}"`),
    ...writes.filter((key) => !covers(have.writes, key)).map((key) => `writing "${key}"`),
    ...(depth !== undefined && depth > have.depth ? [`${depth} further levels (it has ${have.depth} to give)`] : []),
    ...(timeoutMs !== undefined && have.until !== undefined && at + timeoutMs > have.until
      ? [`${timeoutMs} ms (it has ${Math.max(0, have.until - at)} ms left)`]
      : []),
  ];
}

/** What a request gives of what there is. It must be within it. */
export function given(request: DelegationRequest, have: Authority, at: Timestamp): Authority {
  const until = request.timeoutMs === undefined ? have.until : at + request.timeoutMs;
  return {
    tools: request.tools ?? have.tools,
    reads: request.reads ?? have.reads,
    writes: request.writes ?? have.writes,
    depth: request.depth ?? have.depth,
    ...(until === undefined ? {} : { until }),
  };
}

/** Until the deadline of a delegated task: a pause does not put it off. Undefined where there is none. */
export const timeLeft = (
  { authority, startedAt }: Pick<Attempt, "authority" | "startedAt">,
  at: Timestamp = startedAt,
): Milliseconds | undefined => (authority?.until === undefined ? undefined : Math.max(0, authority.until - at));
