/** Body: what a request carries, read no further than it may go. */
import type { JsonObject } from "../../contracts/json.ts";
import { Refusal } from "./refusal.ts";

/** A form, or a text, can be sent by any page without asking; JSON cannot (A-HTTP-02). */
export function refuseOtherTypes(type: string | undefined): void {
  if (/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type ?? "")) return;
  throw new Refusal(415, "type.unsupported", "send JSON, as application/json");
}

/** What is not read, the connection is rid of. */
export async function bodyOf({ headers, body }: Request, most: number): Promise<string> {
  if (Number(headers.get("content-length") ?? 0) > most) throw tooLarge(most);
  if (body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = body.getReader();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoded(decoder);
    size += value.byteLength;
    if (size > most) throw tooLarge(most);
    text += decoded(decoder, value);
  }
}

function decoded(decoder: InstanceType<typeof TextDecoder>, bytes?: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    throw new Refusal(400, "value.invalid", "the body is not UTF-8");
  }
}

const tooLarge = (most: number): Refusal => new Refusal(413, "value.too-large", `send at most ${most} bytes`);

export function objectIn(text: string): JsonObject {
  const value = parsed(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new Refusal(400, "value.invalid", "the body must be a JSON object");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "value.invalid", "the body is not JSON");
  }
}
