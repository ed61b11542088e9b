/**
 * Source: where the page's data comes from, and where its words go. A server (`source-http.ts`), or a file that carries
 * a run with it. The page knows no other way to either.
 */
import type { Decision, DecisionReceipt } from "../../src/contracts/approvals.ts";
import type { RunId } from "../../src/contracts/ids.ts";
import type { InspectionPort, StreamData } from "../../src/contracts/inspection.ts";
import type { Seq, Timestamp } from "../../src/contracts/units.ts";

/** What may be done here, beside looking. */
export interface Abilities {
  readonly decide: boolean;
  readonly control: boolean;
  readonly fork: boolean;
  readonly export: boolean;
}

export const LOOK_ONLY: Abilities = { decide: false, control: false, fork: false, export: false };

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** The source is a file: nothing changes any more. */
  | { readonly kind: "file"; readonly writtenAt: Timestamp }
  | { readonly kind: "reconnecting"; readonly attempt: number; readonly retryAt: Timestamp; readonly reason: string }
  /** No token, or a wrong one. */
  | { readonly kind: "unauthorised" }
  /** The server speaks another version of the protocol. */
  | { readonly kind: "mismatch"; readonly theirs: number };

export interface Standing {
  readonly connection: Connection;
  readonly can: Abilities;
  /** Decisions are signed by whoever holds this credential; without it the page asks for it. */
  readonly hasApprover: boolean;
  /** `bailiwick 0.1.0`, as the server says it. */
  readonly product?: string;
}

export type ControlAction = "pause" | "resume" | "cancel";

export interface Control {
  readonly action: ControlAction;
  readonly reason?: string;
}

/** Who decides is bound to the credential, so a page never says it. */
export type Word = Omit<Decision, "by">;

export interface Source extends Omit<InspectionPort, "watchAll" | "paths"> {
  /** Calls back at once, and with each change; returns how to end it. */
  onStanding(told: (standing: Standing) => void): () => void;
  watchAll(told: (data: StreamData) => void): () => void;
  /** Tries at once, and with these tokens from now on. */
  connect(tokens?: { readonly viewer?: string; readonly approver?: string }): void;
  decide(word: Word): Promise<DecisionReceipt>;
  control(run: RunId, control: Control): Promise<void>;
  /** A new run that begins as this one stood at `seq`. */
  fork(run: RunId, seq: Seq): Promise<RunId>;
  /** Saves the run as one HTML file. */
  export(run: RunId): Promise<Blob>;
}

/** A source said no, or could not be reached. */
export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly code: string;
  /** Of HTTP, where it came so. */
  readonly status: number | undefined;

  constructor(code: string, message: string, status?: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
