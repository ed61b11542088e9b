/**
 * Flow: may a call be made out of what its agent has heard?
 *
 * I-F3  A consequential call needs a trusted context, or a person's word on exactly its arguments.
 * I-F4  Who is told by a call must be allowed to learn everything its agent has heard.
 * Where it is not known what an agent has heard, both are refused.
 */
import type { FlowStop, InFlow, Integrity, Labels, Origin, Readers } from "../contracts/labels.ts";
import type { Verdict } from "../contracts/tools.ts";
import { mayLearn } from "./labels.ts";

/** What a tool says about a call of it. */
export interface Consequence {
  readonly tool: string;
  readonly minIntegrity?: Integrity | undefined;
  /** Who will be told. Absent: nobody outside. */
  readonly recipients?: Readers | undefined;
  /** What the tool wants to become of a call that is stopped; the run's settings otherwise. */
  readonly onUntrusted?: FlowStop | undefined;
  readonly onEgress?: FlowStop | undefined;
}

/** The verdicts that stand in the call's way; none when it may flow. */
export function flowVerdicts(call: Consequence, flow: InFlow | undefined): readonly Verdict[] {
  const isBound = call.minIntegrity === "trusted" || call.recipients !== undefined;
  if (!isBound) return [];
  if (flow === undefined) {
    const reason = `"${call.tool}" has flow rules, and this run was started without labels; start a new one`;
    return [{ kind: "deny", rule: "flow.unknown", reason }];
  }
  return [...integrityOf(call, flow), ...egressOf(call, flow)];
}

function integrityOf({ tool, minIntegrity, onUntrusted }: Consequence, { rules, labels }: InFlow): readonly Verdict[] {
  if (minIntegrity !== "trusted" || labels.integrity === "trusted") return [];
  const causes = (labels.from ?? []).filter(({ integrity }) => integrity === "untrusted");
  const reason = `"${tool}" needs a trusted context, and its agent has heard ${named(causes)}, which is untrusted`;
  return [{ kind: onUntrusted ?? rules.onUntrusted ?? "ask", rule: "flow.integrity", reason }];
}

function egressOf({ tool, recipients, onEgress }: Consequence, { rules, labels }: InFlow): readonly Verdict[] {
  if (recipients === undefined || mayLearn(labels.readers, recipients)) return [];
  const outsiders = recipients === "public" ? [] : recipients.filter((one) => !mayLearn(labels.readers, [one]));
  const causes = (labels.from ?? []).filter(({ readers }) =>
    recipients === "public" ? readers !== "public" : !mayLearn(readers, recipients),
  );
  const whom = recipients === "public" ? "the public" : outsiders.join(", ");
  const reason = `"${tool}" would tell ${whom}, and its agent has heard ${named(causes)}, which is for ${forWhom(labels)} only`;
  return [{ kind: onEgress ?? rules.onEgress ?? "deny", rule: "flow.egress", reason }];
}

const named = (causes: readonly Origin[]): string =>
  causes.length === 0
    ? "something"
    : causes.map(({ source, act }) => (act === undefined ? source : `${source} (${act})`)).join(", ");

const forWhom = ({ readers }: Labels): string =>
  readers === "public" ? "everybody" : readers.length === 0 ? "nobody" : readers.join(", ");
