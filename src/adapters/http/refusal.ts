/** Refusal: why a request is not carried out, as its sender is told. */
import { type ErrorCode, messageOf, RuntimeError } from "../../contracts/errors.ts";

export type Status = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 421 | 422 | 429 | 500 | 503;

export interface Answered {
  readonly status: Status;
  readonly code: string;
  readonly message: string;
}

/** Thrown by whatever handles a request. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: Status;
  readonly code: string;

  constructor(status: Status, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const STATUS: { readonly [Code in ErrorCode]?: Status } = {
  "config.invalid": 400,
  "journal.corrupt": 409,
  "machine.version": 409,
  "run.closed": 409,
  "run.diverged": 409,
  "run.fenced": 409,
  "run.owned": 409,
  "run.unknown": 404,
  "store.busy": 503,
  "store.readonly": 403,
  "value.invalid": 400,
  "value.too-deep": 400,
  "value.too-large": 413,
};

/** What is said of anything thrown. Of what nobody expected, nothing but that: its text is for the server's own log. */
export function answerOf(error: unknown): Answered {
  if (error instanceof Refusal) return { status: error.status, code: error.code, message: error.message };
  if (error instanceof RuntimeError)
    return { status: STATUS[error.code] ?? 500, code: error.code, message: messageOf(error) };
  return { status: 500, code: "internal", message: "this should not have happened; the server's log says more" };
}

export const unknownRun = (): Refusal => new Refusal(404, "run.unknown", "there is no such run here");
