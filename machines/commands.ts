/** The actions every chart may name; the host carries them out. Here they do nothing. */
import type { Perform, ReplyTo, RulingOf, Spawn, Tell, Wait } from "../src/contracts/commands.ts";

export const commands = {
  tell: (_: unknown, _params: Tell): void => {},
  spawn: (_: unknown, _params: Spawn): void => {},
  perform: (_: unknown, _params: Perform): void => {},
  wait: (_: unknown, _params: Wait): void => {},
  reply: (_: unknown, _params: ReplyTo): void => {},
  record: (_: unknown, _params: RulingOf): void => {},
};

/** A chart that does not come to rest within so many steps is faulty; without this it would hang the process. */
export const options = { maxIterations: 1_000 };
