/** A conflict: both answers side by side, in what they differ, and what was decided. */
import type { Conflict, OpenClaim, Side, Tally } from "../../../src/contracts/blackboard.ts";
import { JsonTree } from "../parts/json-tree.tsx";
import { Pill, Tag } from "../parts/pill.tsx";
import { Said, Whole } from "../parts/said.tsx";
import { oneLine } from "../state/changes.ts";
import { plural, share } from "../state/format.ts";
import { markLooks } from "../state/tone.ts";
import { SeqLink } from "./seq-link.tsx";

export function ConflictCard({ conflict }: { readonly conflict: Conflict }) {
  const { key, kind, kept, refused, claims = [], claimsLeft = 0, resolution, opened, tally, others = [] } = conflict;
  const counted = resolution?.votes ?? tally;
  return (
    <article className="card finding">
      <header>
        <Pill look={markLooks.conflict} label={kind === "answer" ? "two answers" : "two writes"} />
        <Tag text={key} />
        <SeqLink seq={opened} />
      </header>
      <div className="sides">
        <OneSide name="Stands" side={kept} isWinner={resolution?.winner === "kept"} />
        <OneSide name="Refused" side={refused} isWinner={resolution?.winner === "refused"} />
      </div>
      {others.length === 0 ? null : (
        <p className="muted">{plural(others.length, "further answer")} with fewer behind it.</p>
      )}
      {claims.length === 0 ? null : <Claims claims={claims} left={claimsLeft} />}
      <p>
        {resolution === undefined ? (
          <strong>Open: nobody has decided.</strong>
        ) : (
          <>
            <Tag text={resolution.rule} tone="good" /> <Whole text={resolution.reason} />
          </>
        )}
      </p>
      {counted === undefined ? null : <Votes tally={counted} />}
    </article>
  );
}

interface SideProps {
  readonly name: string;
  readonly side: Side;
  readonly isWinner: boolean;
}

const OneSide = ({ name, side: { author, value, confidence }, isWinner }: SideProps) => (
  <section className={`side${isWinner ? " is-winner" : ""}`} aria-label={name}>
    <h3>
      {name}
      {isWinner ? <span className="text-good"> won</span> : null}
    </h3>
    <p className="muted">
      <Said text={`${author.agent}, ${author.task}`} />
      {confidence === undefined ? null : <span>, scored {share(confidence)}</span>}
    </p>
    <JsonTree value={value} label={`What ${name === "Stands" ? "stands" : "was refused"}`} rows={8} />
  </section>
);

const Claims = ({ claims, left }: { readonly claims: readonly OpenClaim[]; readonly left: number }) => (
  <div className="claims">
    {claims.map(({ path, kept, refused }) => (
      <div key={path} className="claim">
        <code>{path === "" ? "the whole" : <Said text={path} />}</code>
        <span>{kept === undefined ? <em>not said</em> : <Said text={oneLine(kept)} />}</span>
        <span>{refused === undefined ? <em>not said</em> : <Said text={oneLine(refused)} />}</span>
      </div>
    ))}
    {left === 0 ? null : <p className="muted">{plural(left, "further difference")} not listed.</p>}
  </div>
);

const Votes = ({ tally: { kept, refused, cast, effective } }: { readonly tally: Tally }) => (
  <p className="muted">
    Votes: {kept} to {refused}; {cast} cast, {effective} count.
  </p>
);
