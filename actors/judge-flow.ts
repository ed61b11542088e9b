/** Judge, about labels: what a tool says of the flow of information through one call, held against what its agent has heard. */
import { messageOf } from "../src/contracts/errors.ts";
import type { InFlow, Labels, Readers } from "../src/contracts/labels.ts";
import type { CodecPort } from "../src/contracts/ports.ts";
import type { AnyTool, ToolCall, Verdict } from "../src/contracts/tools.ts";
import { flowVerdicts } from "../src/decisions/flow.ts";
import { areSame, asLabels, asReaders, OUTSIDE } from "../src/decisions/labels.ts";
import { giveOut } from "./values.ts";

export interface Flowing {
  /** What stands in the call's way. */
  readonly verdicts: readonly Verdict[];
  /** Of what the tool will answer, where it is not the default. */
  readonly labels?: Labels;
}

const FREELY: Flowing = { verdicts: [] };

export function flowOf(tool: AnyTool, call: ToolCall, flow: InFlow | undefined, codec: CodecPort): Flowing {
  const { name, labels, minIntegrity, egress, onUntrusted, onEgress } = tool;
  if (labels === undefined && minIntegrity === undefined && egress === undefined) return FREELY;
  const args = giveOut(call.args, codec);
  const carried = answered(() => labelsOf(labels, args), `"${name}" cannot say what its results carry`);
  const told = answered(() => recipientsOf(egress, args), `"${name}" cannot say who learns of it`);
  if (carried.kind === "failed") return denied("flow.labels", carried.reason);
  if (told.kind === "failed") return denied("flow.egress", told.reason);
  const verdicts = flowVerdicts({ tool: name, minIntegrity, recipients: told.value, onUntrusted, onEgress }, flow);
  return flow === undefined || carried.value === undefined ? { verdicts } : { verdicts, labels: carried.value };
}

type Answered<Value> =
  | { readonly kind: "ok"; readonly value: Value }
  | { readonly kind: "failed"; readonly reason: string };

/** What the application's own function says; a throw is a reason to refuse. */
function answered<Value>(ask: () => Value, complaint: string): Answered<Value> {
  try {
    return { kind: "ok", value: ask() };
  } catch (error) {
    return { kind: "failed", reason: `${complaint}: ${messageOf(error)}` };
  }
}

const denied = (rule: string, reason: string): Flowing => ({ verdicts: [{ kind: "deny", rule, reason }] });

function labelsOf(said: AnyTool["labels"], args: unknown): Labels | undefined {
  if (said === undefined) return undefined;
  const labels = asLabels(typeof said === "function" ? said(args) : said);
  if (labels === undefined) throw new Error("labels are { integrity, readers }");
  return areSame(labels, OUTSIDE) ? undefined : labels;
}

function recipientsOf(egress: AnyTool["egress"], args: unknown): Readers | undefined {
  if (egress === undefined) return undefined;
  const recipients = asReaders(egress(args));
  if (recipients === undefined) throw new Error('recipients are a list of names, or "public"');
  return recipients;
}
