/** Whoever decides shows a credential of their own: a page that may look may not sign. */
import { type FormEvent, useState } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { usePage, useStanding } from "../session/page.ts";

export function ApproverDialog({ onClose }: { readonly onClose: () => void }) {
  const { source } = usePage();
  const [token, setToken] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    source.connect({ approver: token.trim() });
    onClose();
  };
  return (
    <Dialog title="Who decides?" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>
          Decisions and orders are signed with the approver token, which is not the token this page was opened with. It
          is kept in this tab only.
        </p>
        <label htmlFor="approver">Approver token</label>
        <input
          id="approver"
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          onChange={({ target }) => setToken(target.value)}
        />
        <div className="actions">
          <button type="submit" className="button button-main" disabled={token.trim() === ""}>
            Use it
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Runs the order once there is a credential, and asks for one where there is none. */
export function useApprover(): { readonly sign: (act: () => void) => void; readonly dialog: React.ReactNode } {
  const standing = useStanding();
  const [isAsking, setAsking] = useState(false);
  return {
    sign: (act) => (standing?.hasApprover === true ? act() : setAsking(true)),
    dialog: isAsking ? <ApproverDialog onClose={() => setAsking(false)} /> : null,
  };
}
