/** Puppet: the function of an agent that does what it is told, and does it again when it is run again. */
import type { AgentContext } from "../../actors/define-agent.ts";
import type { Act } from "../../src/contracts/acts.ts";
import type { Json } from "../../src/contracts/json.ts";

export class Puppet {
  readonly #acts: Act[] = [];
  #end: (() => Json) | undefined;
  #news = Promise.withResolvers<void>();

  act(act: Act): void {
    this.#acts.push(act);
    this.#tell();
  }

  finish(output: Json): void {
    this.#end = () => output;
    this.#tell();
  }

  stumble(error: Error): void {
    this.#end = () => {
      throw error;
    };
    this.#tell();
  }

  /** Runs until it is told to end; without a word when nobody is there any more who could hear it. */
  async play(context: AgentContext, isHeard: () => boolean): Promise<Json> {
    for (let next = 0; isHeard() && !context.signal.aborted; await this.#news.promise) {
      for (const act of this.#acts.slice(next)) ask(context, act).catch(() => {});
      next = this.#acts.length;
      if (this.#end !== undefined) return this.#end();
    }
    return new Promise(() => {});
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

function ask(context: AgentContext, act: Act): Promise<unknown> {
  switch (act.kind) {
    case "tool":
      return context.tool(act.tool as never, act.args as never);
    case "ask":
      return context.ask(act.question);
    case "read":
      return context.read(act.key);
    case "write":
      return context.write(act.key, act.value, act.expect === undefined ? {} : { expect: act.expect });
    case "delegate":
      return context.delegate(act.agent, { objective: act.objective ?? "" });
  }
}
