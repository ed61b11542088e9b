/** Policy file: a policy as it stands in a file, for the commands that ask one. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { PolicyPort, PolicyRequest, Verdict } from "../index.ts";
import { UsageError } from "./complaint.ts";
import { systemCode } from "./review/tree-error.ts";

/** `true` allows; `{"approval": true}` asks a person. */
type Listed = true | { readonly approval?: boolean };

interface AllowList {
  readonly agents: { readonly [agent: string]: { readonly tools?: { readonly [tool: string]: Listed } } };
}

/** An allow-list: who may call what. Whatever does not stand in it is denied. */
export function policyFrom(file: string): PolicyPort {
  const text = read(file);
  const list = parse(file, text);
  const id = `${file}@${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
  return { id, decide: (request) => decide(list, request) };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`the policy ${file} cannot be read (${systemCode(error)})`, { cause: error });
  }
}

const EXAMPLE = 'write {"agents": {"writer": {"tools": {"publish": true, "pay": {"approval": true}}}}}';

function parse(file: string, text: string): AllowList {
  try {
    const value: unknown = JSON.parse(text);
    if (isTable(value) && isTable(value["agents"]) && Object.values(value["agents"]).every(isAllowance))
      return value as unknown as AllowList;
  } catch {
    // told below, with what it should look like
  }
  throw new UsageError(`${file} is not an allow-list: ${EXAMPLE}`);
}

const isAllowance = (value: unknown): boolean =>
  isTable(value) &&
  (value["tools"] === undefined || (isTable(value["tools"]) && Object.values(value["tools"]).every(isListed)));

const isListed = (value: unknown): boolean =>
  value === true ||
  (isTable(value) && Object.keys(value).every((key) => key === "approval" && typeof value[key] === "boolean"));

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function decide({ agents }: AllowList, { agent, call }: PolicyRequest): Verdict {
  const tools = Object.hasOwn(agents, agent) ? agents[agent]?.tools : undefined;
  const listed = tools !== undefined && Object.hasOwn(tools, call.tool) ? tools[call.tool] : undefined;
  const rule = "policy-file";
  if (listed === undefined) return { kind: "deny", rule, reason: `"${agent}" may not call "${call.tool}"` };
  return listed === true || listed.approval !== true
    ? { kind: "allow", rule }
    : { kind: "ask", rule, reason: `"${call.tool}" asks for approval` };
}
