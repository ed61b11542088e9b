/** Policy file: a policy as it stands in a file, for the commands that ask one. */
import { readFileSync } from "node:fs";
import type { PolicyPort } from "../index.ts";
import { UsageError } from "./complaint.ts";
import { policyList } from "./policy-list.ts";
import { systemCode } from "./review/tree-error.ts";

/**
 * Policies in Cedar where the file is called so, else an allow-list.
 *
 * @throws UsageError, RuntimeError `policy.invalid` with the place of each fault.
 */
export async function policyFrom(file: string): Promise<PolicyPort> {
  const text = read(file);
  if (!file.endsWith(".cedar")) return policyList(file, text);
  const { cedarPolicy } = await cedar(file);
  return cedarPolicy({ policies: { [file]: text }, name: file });
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`the policy ${file} cannot be read (${systemCode(error)})`, { cause: error });
  }
}

/** Loaded only where it is asked for: the engine is a package that need not be there. */
async function cedar(file: string): Promise<typeof import("../src/adapters/policies/cedar.ts")> {
  try {
    return await import("../src/adapters/policies/cedar.ts");
  } catch (error) {
    if (systemCode(error) !== "ERR_MODULE_NOT_FOUND") throw error;
    const advice = "npm install @cedar-policy/cedar-wasm";
    throw new UsageError(`${file} is in Cedar, and its engine is not installed: ${advice}`, { cause: error });
  }
}
