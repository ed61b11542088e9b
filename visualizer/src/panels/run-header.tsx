/** What the run is about, how it stands, what it has cost, and the orders one can give it. */
import { useState } from "react";
import type { Moment } from "../../../src/contracts/inspection.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Glyph } from "../parts/glyph.tsx";
import { reasonOf } from "../parts/loaded.tsx";
import { Meter } from "../parts/meter.tsx";
import { Pill, Tag } from "../parts/pill.tsx";
import { Said } from "../parts/said.tsx";
import { usePage, useStanding } from "../session/page.ts";
import { useSession } from "../session/run.ts";
import type { Control } from "../source.ts";
import { compact, usd } from "../state/format.ts";
import { hashOf, runPlace } from "../state/place.ts";
import { stateTone, statusLooks } from "../state/tone.ts";
import { useApprover } from "./approver.tsx";
import { ChainBadge } from "./chain-badge.tsx";

interface RunHeaderProps {
  readonly moment: Moment;
  /** Orders go to the run as it is now, whatever moment is shown. */
  readonly latest: Moment;
  /** Why the moment that was asked for is not the one that is shown. */
  readonly failure: string | undefined;
}

export function RunHeader({ moment, latest, failure }: RunHeaderProps) {
  const { reload } = useSession();
  const [isOpen, setOpen] = useState(false);
  return (
    <header className="run-header">
      <div className="run-title">
        <a className="crumb" href="#/">
          Runs
        </a>
        <span className="crumb-name">
          <Said text={moment.name} />
        </span>
        <code className="crumb-id">{moment.run}</code>
        {moment.forkedFrom === undefined ? null : <Forked from={moment.forkedFrom} />}
      </div>
      <h1 className={isOpen ? "" : "is-cut"}>
        <button type="button" className="unbutton" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Said text={moment.objective} />
        </button>
      </h1>
      <div className="run-facts">
        <Pill look={statusLooks[moment.status]} />
        {moment.state === moment.status ? null : <Tag text={moment.state} tone={stateTone(moment.state)} />}
        {moment.seq === latest.head ? null : <Tag text={`as of #${moment.seq}`} tone="wait" />}
        <Spend moment={moment} />
        <ChainBadge run={moment.run} status={latest.status} />
        {moment.failure === undefined ? null : (
          <span className="run-failure text-bad">
            <Said text={moment.failure} />
          </span>
        )}
      </div>
      <Orders moment={latest} />
      {failure === undefined ? null : (
        <p className="run-limited notice tone-bad" role="alert">
          <Glyph name="broken" />
          <span>
            What is shown may be old: <Said text={failure} />
          </span>
          <button type="button" className="link" onClick={reload}>
            Try again
          </button>
        </p>
      )}
      {moment.limited === undefined ? null : (
        <p className="run-limited notice tone-wait">
          <Glyph name="broken" />
          <span>
            Only part of it can be shown: <Said text={moment.limited} />
          </span>
        </p>
      )}
    </header>
  );
}

const Forked = ({ from: { run, seq } }: { readonly from: NonNullable<Moment["forkedFrom"]> }) => (
  <a className="crumb-fork" href={hashOf({ ...runPlace(run), seq })}>
    forked from #{seq} of <Said text={run} />
  </a>
);

function Spend({ moment }: { readonly moment: Moment }) {
  const { spent, held, limits } = moment.budget;
  const cap = limits.costMicroUsd;
  return (
    <span className="run-spend">
      <strong>{usd(spent.costMicroUsd)}</strong>
      {cap === undefined ? null : <span className="muted">of {usd(cap)}</span>}
      {cap === undefined ? null : <Meter label="Cost" spent={spent.costMicroUsd} held={held.costMicroUsd} cap={cap} />}
      <span className="muted">{compact(spent.tokens)} tokens</span>
    </span>
  );
}

const isLive = ({ status }: Moment): boolean => status === "running" || status === "suspended";

function Orders({ moment }: { readonly moment: Moment }) {
  const { source, say } = usePage();
  const { reload } = useSession();
  const standing = useStanding();
  const { sign, dialog } = useApprover();
  const [isCancelling, setCancelling] = useState(false);
  const [isSending, setSending] = useState(false);
  const order = (control: Control, done: string) => {
    setSending(true);
    source
      .control(moment.run, control)
      .then(
        () => {
          say("good", done);
          reload();
        },
        (error: unknown) => say("bad", `The order was not taken: ${reasonOf(error)}`),
      )
      .finally(() => setSending(false));
  };
  const save = () => {
    source.export(moment.run).then(saved(moment.run), (error: unknown) => say("bad", reasonOf(error)));
  };
  const canSteer = standing?.can.control === true && isLive(moment);
  return (
    <div className="run-orders">
      {canSteer && moment.state !== "paused" ? (
        <Button
          label="Pause"
          icon="pause"
          disabled={isSending}
          onClick={() => sign(() => order({ action: "pause" }, "Paused"))}
        />
      ) : null}
      {canSteer && moment.state === "paused" ? (
        <Button
          label="Resume"
          icon="play"
          disabled={isSending}
          onClick={() => sign(() => order({ action: "resume" }, "Resumed"))}
        />
      ) : null}
      {canSteer ? (
        <Button
          label="Cancel"
          icon="cancel"
          weight="danger"
          disabled={isSending}
          onClick={() => sign(() => setCancelling(true))}
        />
      ) : null}
      {standing?.can.export === true ? (
        <IconButton label="Save as one HTML file" icon="download" onClick={save} />
      ) : null}
      {isCancelling ? (
        <CancelDialog
          onClose={() => setCancelling(false)}
          onCancel={(reason) => order({ action: "cancel", ...(reason === "" ? {} : { reason }) }, "Cancelled")}
        />
      ) : null}
      {dialog}
    </div>
  );
}

function CancelDialog({ onClose, onCancel }: { onClose: () => void; onCancel: (reason: string) => void }) {
  const [reason, setReason] = useState("");
  const submit = () => {
    onCancel(reason.trim());
    onClose();
  };
  return (
    <Dialog title="Cancel the run?" onClose={onClose}>
      <div className="stack">
        <p>
          What is under way ends, and nothing new begins. What was achieved stays in the report. This cannot be undone.
        </p>
        <label htmlFor="cancel-reason">Reason, for the record</label>
        <input id="cancel-reason" value={reason} onChange={({ target }) => setReason(target.value)} />
        <div className="actions">
          <Button label="Keep it running" onClick={onClose} />
          <Button label="Cancel the run" weight="danger" onClick={submit} />
        </div>
      </div>
    </Dialog>
  );
}

const saved = (run: string) => (file: Blob) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${run}.html`;
  link.click();
  URL.revokeObjectURL(link.href);
};
