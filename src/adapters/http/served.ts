/** Served: what whoever serves is given. */
import type { PersonId, RunId } from "../../contracts/ids.ts";
import type { Keys } from "./options.ts";

export interface Served {
  /** Without a token: may be shown and logged. */
  readonly url: string;
  readonly port: number;
  /** Lets whoever has it see runs. A secret. */
  readonly token: string;
  readonly viewerTokens: Readonly<Record<string, string>>;
  /** Lets each of them decide, together with a viewer's token. Secrets. */
  readonly approverTokens: Readonly<Record<PersonId, string>>;
  /** The address at which an application may feed what it does, and see nothing. A secret. Undefined: nothing is fed. */
  readonly feedUrl: string | undefined;
  /**
   * The page's address with the tokens in its fragment, which no browser sends anywhere. A secret: hand it to a browser
   * as a file or a link, never as an argument of a command, which all of the machine can read.
   */
  openUrl(person?: PersonId, run?: RunId): string;
  close(): Promise<void>;
}

interface Visit {
  readonly person: PersonId | undefined;
  readonly run: RunId | undefined;
}

export function openUrlOf(url: string, { token, approverTokens }: Keys, { person, run }: Visit): string {
  const approver = person === undefined ? undefined : approverTokens[person];
  const fragment = new URLSearchParams({
    token,
    ...(approver === undefined ? {} : { approver }),
    ...(run === undefined ? {} : { at: `/run/${encodeURIComponent(run)}` }),
  });
  return `${url}/#${fragment}`;
}
