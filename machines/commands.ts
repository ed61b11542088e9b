/** The actions every chart may name; the host carries them out. Here they do nothing. */
import { enqueueActions } from "xstate";
import type { Command, Perform, ReplyTo, RulingOf, Spawn, Tell, Wait } from "../src/contracts/commands.ts";

export const commands = {
  tell: (_: unknown, _params: Tell): void => {},
  spawn: (_: unknown, _params: Spawn): void => {},
  perform: (_: unknown, _params: Perform): void => {},
  wait: (_: unknown, _params: Wait): void => {},
  reply: (_: unknown, _params: ReplyTo): void => {},
  record: (_: unknown, _params: RulingOf): void => {},
};

const NONE: readonly Command[] = [];

/**
 * An action that records a ruling where there is one. Typed as any named action is: `enqueueActions` would fix the types
 * of all the others.
 */
export function recording<Context>(rule: (context: Context) => RulingOf | undefined): () => void {
  const reaction = (state: unknown): { readonly state: unknown; readonly commands: readonly Command[] } => {
    const params = rule(state as Context);
    return { state, commands: params === undefined ? NONE : [{ type: "record", params }] };
  };
  const action = enqueueActions(({ context, enqueue }) => {
    for (const command of reaction(context).commands) enqueue(command);
  });
  // The rule itself, for whoever can apply it without the detour.
  return Object.assign(action, { reaction }) as unknown as () => void;
}

/** A chart that does not come to rest within so many steps is faulty; without this it would hang the process. */
export const options = { maxIterations: 1_000 };
