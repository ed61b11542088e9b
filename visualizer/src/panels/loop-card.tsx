/** A loop: the steps it was seen in, round by round, so that what repeats stands under itself. */
import type { Moment } from "../../../src/contracts/inspection.ts";
import type { Detector } from "../../../src/contracts/loops.ts";
import { Pill, Tag } from "../parts/pill.tsx";
import { Said } from "../parts/said.tsx";
import { plural } from "../state/format.ts";
import { roundsOf } from "../state/rounds.ts";
import { markLooks } from "../state/tone.ts";
import { SeqLink } from "./seq-link.tsx";

const detectors: Readonly<Record<Detector, string>> = {
  period: "the same calls with the same results, round after round",
  "same-result": "other arguments, the same result",
  "same-failure": "the same failure of one tool, whatever the arguments",
  "nothing-new": "most of it had been done before",
  "same-reading": "the same text, read under different names",
  "same-request": "the same request to the same one, again and again",
  "same-plan": "a plan that was in force before",
  drift: "acts about something else than the task",
};

export function LoopCard({ loop }: { readonly loop: Moment["loops"][number] }) {
  const { detector, task, period, count, steps, seq, answer } = loop;
  const { rounds, before } = roundsOf(steps, period);
  return (
    <article className="card finding">
      <header>
        <Pill look={markLooks.loop} label={detector} />
        {task === "" ? null : <Tag text={task} />}
        <SeqLink seq={seq} />
      </header>
      <p>{detectors[detector] ?? detector}</p>
      <div className="rounds">
        {before.length === 0 ? null : <Round name="before" steps={before} isRepeat={false} />}
        {rounds.map((round, place) => (
          <Round key={round.join()} name={period > 1 ? `round ${place + 1}` : "repeats"} steps={round} isRepeat />
        ))}
      </div>
      <p className="muted">
        {plural(count, period > 1 ? "round" : "repeat")}
        {period > 1 ? ` of ${plural(period, "step")}` : ""}; answered with <strong>{answer}</strong>
      </p>
    </article>
  );
}

function Round({
  name,
  steps,
  isRepeat,
}: {
  readonly name: string;
  readonly steps: readonly string[];
  readonly isRepeat: boolean;
}) {
  return (
    <div className={`round${isRepeat ? " is-repeat" : ""}`}>
      <span className="round-name">{name}</span>
      <ol className="round-steps">
        {steps.map((step) => (
          <li key={step} className="step">
            <Said text={step} />
          </li>
        ))}
      </ol>
    </div>
  );
}
