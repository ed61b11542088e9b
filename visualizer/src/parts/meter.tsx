/** How much of a cap is spent, and held beside it. */
import { share } from "../state/format.ts";

interface MeterProps {
  readonly label: string;
  readonly spent: number;
  readonly held: number;
  readonly cap: number | undefined;
}

export function Meter({ label, spent, held, cap }: MeterProps) {
  const isCapped = cap !== undefined && cap > 0;
  const used = isCapped ? (spent + held) / cap : 0;
  const whole = isCapped ? Math.max(cap, spent + held) : 1;
  const tone = used > 1 ? "bad" : used >= 0.8 ? "wait" : "run";
  const text = isCapped ? `${share(spent / cap)} spent, ${share(held / cap)} held` : "no cap";
  const [left, middle] = isCapped ? [(spent / whole) * 100, (held / whole) * 100] : [0, 0];
  return (
    <svg className={`meter tone-${tone}`} viewBox="0 0 100 1" preserveAspectRatio="none" role="img">
      <title>{`${label}: ${text}`}</title>
      <rect className="meter-free" width={100} height={1} />
      <rect className="meter-spent" width={left} height={1} />
      <rect className="meter-held" x={left} width={middle} height={1} />
    </svg>
  );
}
