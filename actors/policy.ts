/**
 * Policy: asks the application's policy about one act, and takes its answer for no more than it is.
 *
 * I-P2  A policy that throws, rejects, does not answer in time, or answers something else than a verdict, denies.
 * I-P3  Authority is the meet: every agent of the chain of delegation must be allowed; the strictest answer stands.
 */
import { messageOf, RuntimeError } from "../src/contracts/errors.ts";
import type { PolicyScope, ToolShape } from "../src/contracts/policy.ts";
import type { ClockPort, PolicyPort } from "../src/contracts/ports.ts";
import type { AgentGrant } from "../src/contracts/settings.ts";
import type { AnyTool, PolicyRequest, Verdict } from "../src/contracts/tools.ts";
import type { Milliseconds } from "../src/contracts/units.ts";
import { asVerdict, strictest } from "../src/decisions/verdict.ts";
import { argumentsSchemaOf } from "./arguments-schema.ts";

/** The policy in force in this process, and how long it may think. It can be replaced while runs go on. */
export interface PolicyHolder {
  policy: PolicyPort | undefined;
  readonly clock: ClockPort;
  readonly timeoutMs: Milliseconds;
}

/**
 * The policy for these agents and tools, its name and its rule read once: who changes the object afterwards changes
 * nothing (A-ROG-01). @throws RuntimeError `policy.invalid`, `config.invalid`.
 */
export function adopted(policy: PolicyPort, scope: PolicyScope): PolicyPort {
  if (typeof policy?.id !== "string" || policy.id === "" || typeof policy.decide !== "function")
    throw new RuntimeError("config.invalid", "policy: give { id, decide }; the id names the policy and its version");
  const bound = policy.bind?.(scope) ?? policy;
  return { id: bound.id, decide: bound.decide.bind(bound) };
}

export const scopeOf = (agents: readonly AgentGrant[], tools: Iterable<AnyTool>): PolicyScope => ({
  agents,
  tools: [...tools].map((tool): ToolShape => {
    const args = argumentsSchemaOf(tool);
    return {
      name: tool.name,
      effect: tool.effect ?? "once",
      ...(tool.model === undefined ? {} : { model: tool.model }),
      ...(args === undefined ? {} : { args }),
    };
  }),
});

/** What a policy says of an act, for every agent in whose name it is done. */
export function ask(
  { policy, clock, timeoutMs }: PolicyHolder & { readonly policy: PolicyPort },
  request: PolicyRequest,
): Verdict | Promise<Verdict> {
  const [only, ...others] = request.chain;
  if (only !== undefined && others.length === 0) return inTime(askOne(policy, request, only), policy, clock, timeoutMs);
  const answers = request.chain.map((agent) => inTime(askOne(policy, request, agent), policy, clock, timeoutMs));
  if (!answers.some((answer) => answer instanceof Promise)) return strictest(answers as readonly Verdict[]);
  return Promise.all(answers).then(strictest);
}

function askOne(policy: PolicyPort, request: PolicyRequest, agent: string): Verdict | Promise<Verdict> {
  const failed = (error: unknown): Verdict => refusal("policy.failed", `${policy.id}: ${messageOf(error)}`);
  try {
    const answer = policy.decide(Object.freeze({ ...request, agent }));
    if (!(answer instanceof Promise)) return asVerdict(answer, policy.id);
    return answer.then((one) => asVerdict(one, policy.id), failed);
  } catch (error) {
    return failed(error);
  }
}

/** The answer, or a denial when it takes too long. */
function inTime(
  answer: Verdict | Promise<Verdict>,
  policy: PolicyPort,
  clock: ClockPort,
  timeoutMs: Milliseconds,
): Verdict | Promise<Verdict> {
  if (!(answer instanceof Promise)) return answer;
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  const late = refusal("policy.timeout", `${policy.id} did not answer within ${timeoutMs} ms`);
  const cancel = clock.at(clock.now() + timeoutMs, () => resolve(late));
  void answer.then((verdict) => {
    cancel();
    resolve(verdict);
  });
  return promise;
}

const refusal = (rule: string, reason: string): Verdict => ({ kind: "deny", rule, reason });
