/** The orders one can give a run, and the file one can take of it. They go to the run as it is now. */
import { useState } from "react";
import type { Moment } from "../../../src/contracts/inspection.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { reasonOf } from "../parts/loaded.tsx";
import { usePage, useStanding } from "../session/page.ts";
import { useSession } from "../session/run.ts";
import type { Control } from "../source.ts";
import { useApprover } from "./approver.tsx";

const isLive = ({ status }: Moment): boolean => status === "running" || status === "suspended";

interface OrdersProps {
  readonly moment: Moment;
  readonly isSteered: boolean;
}

export function Orders({ moment, isSteered }: OrdersProps) {
  const standing = useStanding();
  const canSteer = isSteered && standing?.can.control === true && isLive(moment);
  return (
    <div className="run-orders">
      {canSteer ? <Steering moment={moment} /> : null}
      {standing?.can.export === true ? <Save moment={moment} /> : null}
    </div>
  );
}

/** Sends an order, tells what became of it, and looks again. */
function useOrder({ run }: Moment) {
  const { source, say } = usePage();
  const { reload } = useSession();
  const [isSending, setSending] = useState(false);
  const order = async (control: Control, done: string): Promise<void> => {
    setSending(true);
    try {
      await source.control(run, control);
      say("good", done);
      reload();
    } catch (error) {
      say("bad", `The order was not taken: ${reasonOf(error)}`);
    }
    setSending(false);
  };
  return { isSending, order: (control: Control, done: string): void => void order(control, done) };
}

function Steering({ moment }: { readonly moment: Moment }) {
  const { isSending, order } = useOrder(moment);
  const { sign, dialog } = useApprover();
  const [isCancelling, setCancelling] = useState(false);
  const pause = () => sign(() => order({ action: "pause" }, "Paused"));
  const resume = () => sign(() => order({ action: "resume" }, "Resumed"));
  const cancel = (reason: string) => order({ action: "cancel", ...(reason === "" ? {} : { reason }) }, "Cancelled");
  return (
    <>
      {moment.state === "paused" ? (
        <Button label="Resume" icon="play" disabled={isSending} onClick={resume} />
      ) : (
        <Button label="Pause" icon="pause" disabled={isSending} onClick={pause} />
      )}
      <Button
        label="Cancel"
        icon="cancel"
        weight="danger"
        disabled={isSending}
        onClick={() => sign(() => setCancelling(true))}
      />
      {isCancelling ? <CancelDialog onClose={() => setCancelling(false)} onCancel={cancel} /> : null}
      {dialog}
    </>
  );
}

function Save({ moment: { run } }: { readonly moment: Moment }) {
  const { source, say } = usePage();
  const save = () => source.export(run).then(saved(run), (error: unknown) => say("bad", reasonOf(error)));
  return <IconButton label="Save as one HTML file" icon="download" onClick={() => void save()} />;
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
