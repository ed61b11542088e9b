/** MCP call: one request to a server that does something, and what its failing means. */
import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ErrorCode as McpCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import { messageOf, RuntimeError } from "../../contracts/errors.ts";
import type { EffectClass } from "../../contracts/tools.ts";
import type { Session } from "./mcp-session.ts";

/** The tool's own timeout ends a call; the SDK would after a minute. */
export const UNTIMED = 2_147_483_647;

/** The call itself is at fault: no second try can mend it. */
const HOPELESS: ReadonlySet<number> = new Set([McpCode.InvalidParams, McpCode.MethodNotFound, McpCode.InvalidRequest]);

/** The server no longer knows the session, and so has done nothing. */
export const isForgotten = (error: unknown): boolean => error instanceof StreamableHTTPError && error.code === 404;

/** What may be in doubt after a failure is in doubt (S5). */
const inDoubt = (effect: EffectClass): boolean => effect === "once" || effect === "reconcilable";

/**
 * What a failed request means for the call: refused for good, failed, or unknown whether it happened. `session` is the
 * one it was made over.
 */
export function callFailure(
  error: unknown,
  {
    session,
    effect,
    redact,
  }: {
    readonly session: Session;
    readonly effect: EffectClass;
    readonly redact: (text: string) => string;
  },
): RuntimeError {
  const text = redact(messageOf(error));
  const failed = (code: "tool.failed" | "tool.rejected" | "effect.unknown", message = text): RuntimeError =>
    // The cause may hold what `text` no longer does.
    new RuntimeError(code, message);
  const lost = (message: string): RuntimeError => failed(inDoubt(effect) ? "effect.unknown" : "tool.failed", message);
  if (session.isClosed) return lost(`the connection was lost: ${text}`);
  if (error instanceof McpError) return failed(HOPELESS.has(error.code) ? "tool.rejected" : "tool.failed");
  if (error instanceof StreamableHTTPError && isRefusal(error.code)) return failed("tool.failed");
  return lost(`what came back is no answer: ${text}`);
}

/** An answer of the HTTP server itself, which has not passed the request on. */
const isRefusal = (code: number | undefined): boolean =>
  code !== undefined && code >= 400 && code < 500 && code !== 408;
