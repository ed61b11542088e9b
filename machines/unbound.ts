import { fromPromise, type PromiseActorLogic } from "xstate";
import type { EffectInput } from "../src/contracts/commands.ts";
import { RuntimeError } from "../src/contracts/errors.ts";

/**
 * Actor logic that a chart names and does not carry. The host sees the name, and performs it under the input's key;
 * started outside the host it fails.
 */
export const unbound = <Output, Input extends EffectInput>(name: string): PromiseActorLogic<Output, Input> =>
  fromPromise<Output, Input>(() => {
    throw new RuntimeError(
      "config.invalid",
      `"${name}" is performed by the host; provide an implementation to run this chart alone`,
    );
  });
