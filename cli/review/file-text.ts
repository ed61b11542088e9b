import type { FileHandle } from "node:fs/promises";

/** The contents of a file, as far as they were read. `latin1`: not UTF-8; each byte taken for a character. */
export type FileText =
  | {
      readonly kind: "text" | "latin1";
      readonly text: string;
      /** Of the whole file. */
      readonly size: number;
      /** True when the file goes on beyond `text`. */
      readonly truncated: boolean;
    }
  | { readonly kind: "binary"; readonly size: number };

/** How much of a file decides whether it is binary. */
const SNIFFED = 8_192;
const CHUNK = 65_536;

/** Reads at most `maxBytes`, whatever size the file claims: it may grow, and files of `/proc` claim to be empty. */
export async function readText(handle: FileHandle, maxBytes: number): Promise<FileText> {
  const claimed = (await handle.stat()).size;
  const bytes = await readBytes(handle, maxBytes, claimed);
  const size = Math.max(claimed, bytes.length);
  const body = bytes.subarray(0, maxBytes);
  if (body.subarray(0, SNIFFED).includes(0)) return { kind: "binary", size };
  const truncated = bytes.length > maxBytes;
  return { ...decode(body, truncated), size, truncated };
}

/** One byte more than asked for, when there is one: that is how a cut is known. */
async function readBytes(handle: FileHandle, maxBytes: number, claimed: number): Promise<Uint8Array> {
  let buffer = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(claimed, CHUNK)) + 1);
  let filled = 0;
  for (;;) {
    if (filled === buffer.length) {
      if (filled > maxBytes) break;
      buffer = Buffer.concat([buffer], Math.min(filled * 2, maxBytes + 1));
    }
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
    // The usual file is read whole at once; asking again only to be told so would double the work.
    if (filled === claimed && claimed > 0) break;
  }
  return buffer.subarray(0, filled);
}

function decode(body: Uint8Array, truncated: boolean): { readonly kind: "text" | "latin1"; readonly text: string } {
  try {
    // A cut may fall inside a character: streaming keeps the incomplete end back instead of refusing it.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body, { stream: truncated });
    return { kind: "text", text };
  } catch {
    return { kind: "latin1", text: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1") };
  }
}
