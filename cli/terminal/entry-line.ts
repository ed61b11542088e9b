/** Entry line: one journal entry on one line. */
import type { JournalEntry, Json } from "../../index.ts";
import { visible } from "../review/report/escape.ts";
import { moment } from "./quantity.ts";
import type { Paint } from "./terminal.ts";

export function entryLine(entry: JournalEntry, paint: Paint): string {
  const moves = entry.moved.map(({ actor, path }) => `${actor} ${path.filter((state) => state !== "").join("→")}`);
  const rules = entry.ruled.map(({ rule, verdict }) => `${rule}=${verdict}`);
  const caused = [...moves, ...rules].join("; ");
  return [
    String(entry.seq).padStart(5),
    paint("dim", moment(entry.at)),
    entry.kind.padEnd(7),
    visible(whatCameIn(entry)),
    paint("dim", caused === "" ? "" : `│ ${visible(caused)}`),
  ]
    .join("  ")
    .trimEnd();
}

function whatCameIn({ kind, to, event, key, by }: JournalEntry): string {
  if (kind === "start") return String(event["objective"] ?? "");
  if (kind === "request") return `${to}: ${actText(event["act"])}`;
  if (kind === "signal") return `${by?.id ?? "somebody"} → ${to}: ${event.type}`;
  return `${key ?? to}: ${event.type}`;
}

function actText(act: Json | undefined): string {
  const {
    kind = "act",
    tool,
    key,
  } = (act ?? {}) as { readonly kind?: string; readonly tool?: string; readonly key?: string };
  return [kind, tool ?? key].filter((part) => part !== undefined).join(" ");
}
