/** What stands in the way of the whole page: no token, or a server of another version. */
import { type FormEvent, type ReactNode, useState } from "react";
import { INSPECTION_VERSION } from "../../../src/contracts/inspection.ts";
import { Button } from "../parts/button.tsx";
import { Empty } from "../parts/empty.tsx";
import { Skeleton } from "../parts/loaded.tsx";
import { usePage } from "../session/page.ts";
import type { Standing } from "../source.ts";

interface GateProps {
  readonly standing: Standing | undefined;
  readonly children: ReactNode;
}

/** A connection that is lost later leaves what is on the screen there. */
export function ConnectionGate({ standing, children }: GateProps) {
  const { source } = usePage();
  const [wasOpen, setWasOpen] = useState(false);
  const kind = standing?.connection.kind ?? "connecting";
  const isOpen = kind === "live" || kind === "file";
  if (isOpen && !wasOpen) setWasOpen(true);
  if (standing?.connection.kind === "mismatch") return <Mismatch theirs={standing.connection.theirs} />;
  if (kind === "unauthorised") return <TokenForm />;
  if (isOpen || wasOpen) return children;
  if (standing?.connection.kind === "reconnecting") {
    return (
      <Empty title="The server cannot be reached">
        <p>The page goes on trying by itself. Is the process that serves it still there?</p>
        <Button label="Try now" icon="retry" onClick={() => source.connect()} />
      </Empty>
    );
  }
  return <Skeleton label="Connecting" />;
}

const Mismatch = ({ theirs }: { readonly theirs: number }) => (
  <Empty title="This page and its server do not fit">
    <p>
      The page speaks version {INSPECTION_VERSION} of the protocol, the server version {theirs}. Load the page again;
      where that does not help, the server is older than the files it serves.
    </p>
    <Button label="Load again" icon="retry" onClick={() => location.reload()} />
  </Empty>
);

function TokenForm() {
  const { source } = usePage();
  const [token, setToken] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    source.connect({ viewer: token.trim() });
  };
  return (
    <Empty title="A token is needed">
      <p>
        The command that started the server printed an address with a token in it. Open that address, or enter the token
        here. It is kept in this tab only.
      </p>
      <form className="token" onSubmit={submit}>
        <label htmlFor="token">Token</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          onChange={({ target }) => setToken(target.value)}
        />
        <button type="submit" className="button button-main" disabled={token.trim() === ""}>
          Connect
        </button>
      </form>
    </Empty>
  );
}
