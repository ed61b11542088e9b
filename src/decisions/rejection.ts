/**
 * Rejection: has a person said no to this already?
 *
 * J1  What a person has rejected is not asked again in the same run, however it is worded; it is refused with their words.
 * J2  Two calls are the same to a person when their fingerprints are: the tool, and its arguments without what the tool
 *     leaves out of its `dedupeKey`, or of its `loopKey`.
 * J3  Silence is not remembered: nobody has said no.
 * J4  So many are remembered; the oldest is forgotten first, and then asked about again.
 */
import type { Digest } from "../contracts/ids.ts";

export interface Rejection {
  readonly fingerprint: Digest;
  /** Who said no, and why, as the agent was told. */
  readonly said: string;
}

const KEPT = 256;

export function remember(rejections: readonly Rejection[], rejection: Rejection): readonly Rejection[] {
  const others = rejections.filter(({ fingerprint }) => fingerprint !== rejection.fingerprint);
  return [...others.slice(Math.max(0, others.length - KEPT + 1)), rejection];
}

/** What was said no to; undefined where nobody has, or where the call is held against nothing. */
export const rejectionOf = (
  rejections: readonly Rejection[],
  fingerprint: Digest | undefined,
): Rejection | undefined =>
  fingerprint === undefined || rejections.length === 0
    ? undefined
    : rejections.find((one) => one.fingerprint === fingerprint);
