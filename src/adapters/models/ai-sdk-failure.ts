/**
 * AI SDK, what goes wrong: which failure it is, whether it was billed, and when to come again. Messages say a status and
 * the provider's own short code, and nothing else of what it answered: that may hold keys, headers or the prompt.
 */
import { RuntimeError } from "../../contracts/errors.ts";
import type { CallUsage } from "../../contracts/prices.ts";

type Code = "model.busy" | "model.malformed" | "model.rejected" | "model.truncated" | "model.unavailable";

/** What the SDK's errors may say. They are told by their fields: an application may have a second copy of the SDK. */
interface Said {
  readonly name?: unknown;
  readonly statusCode?: unknown;
  readonly responseHeaders?: unknown;
  readonly data?: unknown;
  readonly cause?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly error?: unknown;
}

const said = (value: unknown): Said => (typeof value === "object" && value !== null ? value : {});

/** A short code of a provider, such as `rate_limit_exceeded`: words, and nothing a key could be. */
const CODE = /^[A-Za-z_]{3,48}$/;

function providerCode(error: unknown): string | undefined {
  const { data, error: inner } = said(error);
  for (const one of [said(said(data).error), said(inner), said(error)])
    for (const value of [one.code, one.type]) if (typeof value === "string" && CODE.test(value)) return value;
  return undefined;
}

/** Nothing was sent: there was nobody to send it to. */
const UNREACHED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
/** The connection ended while it was used. */
const CUT = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_BODY_TIMEOUT"]);

/** The first known code of a network error in a chain of causes. */
function networkCode(error: unknown, known: ReadonlySet<string>): string | undefined {
  let one = error;
  for (let depth = 0; depth < 8 && typeof one === "object" && one !== null; depth++) {
    const { code, cause } = said(one);
    if (typeof code === "string" && known.has(code)) return code;
    one = cause;
  }
  return undefined;
}

/** A request could not be made, or was answered with something else than a stream. */
export function requestFailure(id: string, error: unknown): RuntimeError {
  const { statusCode, responseHeaders } = said(error);
  const code = providerCode(error);
  if (typeof statusCode !== "number" || (statusCode >= 200 && statusCode < 300)) return wireFailure(id, error);
  const kind = statusKind(statusCode, code);
  const message = `${id}: HTTP ${statusCode}${code === undefined ? "" : ` (${code})`}`;
  const retryAfterMs = kind === "model.rejected" ? undefined : retryAfter(responseHeaders);
  return new RuntimeError(kind, message, {
    // Turned away before anything was made of it. A fault of the server may have come at any time.
    ...(statusCode < 500 ? { usage: null } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Quotas are spent for longer than anybody waits. */
const SPENT = new Set(["insufficient_quota", "billing_hard_limit_reached", "quota_exceeded"]);

function statusKind(status: number, code: string | undefined): Code {
  if (status === 429) return code !== undefined && SPENT.has(code) ? "model.rejected" : "model.busy";
  if (status === 409 || status === 425 || status === 529) return "model.busy";
  return status === 408 || status >= 500 ? "model.unavailable" : "model.rejected";
}

function wireFailure(id: string, error: unknown): RuntimeError {
  const unreached = networkCode(error, UNREACHED);
  if (unreached !== undefined)
    return new RuntimeError("model.unavailable", `${id}: cannot be reached (${unreached})`, { usage: null });
  const cut = networkCode(error, CUT);
  if (cut !== undefined) return new RuntimeError("model.unavailable", `${id}: the connection broke (${cut})`);
  const { name } = said(error);
  return typeof name === "string" && /^(?:AI_|Syntax|Type)/.test(name) && !name.startsWith("AI_APICall")
    ? new RuntimeError("model.malformed", `${id}: what came is no answer of a model (${name.slice(0, 64)})`)
    : new RuntimeError("model.unavailable", `${id}: cannot be reached`);
}

/** Names of errors that say: try again later. */
const BUSY = /rate_?limit|overloaded|too_many|capacity/i;
const AT_FAULT = /invalid_request|authentication|permission|not_found|context_length/i;

/** A provider says, in the middle of a stream, that it has failed. */
export function streamFailure(id: string, error: unknown, usage: CallUsage | undefined): RuntimeError {
  const { name } = said(error);
  const details = usage === undefined ? {} : { usage };
  if (typeof name === "string" && name === "AI_InvalidResponseDataError")
    return new RuntimeError("model.truncated", `${id}: the stream ended before the answer did`, details);
  if (typeof name === "string" && name.startsWith("AI_"))
    return new RuntimeError(
      "model.malformed",
      `${id}: what came is no part of an answer (${name.slice(0, 64)})`,
      details,
    );
  const code = providerCode(error);
  const kind: Code =
    code === undefined
      ? "model.unavailable"
      : BUSY.test(code)
        ? "model.busy"
        : AT_FAULT.test(code)
          ? "model.rejected"
          : "model.unavailable";
  return new RuntimeError(kind, `${id}: failed while answering${code === undefined ? "" : ` (${code})`}`, details);
}

/** Milliseconds that the provider asks to be left alone: `retry-after-ms`, or `retry-after` in seconds or as a date. */
export function retryAfter(headers: unknown, now: number = Date.now()): number | undefined {
  const at = (name: string): string | undefined => {
    const value = (said(headers) as Readonly<Record<string, unknown>>)[name];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const ms = at("retry-after-ms");
  if (ms !== undefined && isAmount(Number(ms))) return Math.ceil(Number(ms));
  const after = at("retry-after");
  if (after === undefined) return undefined;
  if (isAmount(Number(after))) return Math.ceil(Number(after) * 1_000);
  const until = /^[A-Za-z]{3}/.test(after) ? Date.parse(after) : Number.NaN;
  if (Number.isNaN(until)) return undefined;
  // By the provider's own clock, where it tells it.
  const theirs = Date.parse(at("date") ?? "");
  return Math.max(0, until - (Number.isNaN(theirs) ? now : theirs));
}

const isAmount = (value: number): boolean => Number.isFinite(value) && value >= 0 && value <= 1e10;
