/** Parsed: what a person typed, as JSON, or why it is none and where. */
import type { Json } from "../../../src/contracts/json.ts";

export type Parsed = { readonly value: Json } | { readonly fault: string };

export function parsed(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    const reason = error instanceof Error ? error.message : "this is no JSON";
    const at = /position (\d+)/.exec(reason)?.[1];
    const line = at === undefined ? undefined : text.slice(0, Number(at)).split("\n").length;
    return { fault: line === undefined ? reason : `line ${line}: ${reason.replace(/ in JSON at position.*/, "")}` };
  }
}
