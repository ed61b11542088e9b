/**
 * World: the outside of every run measured here. A model that answers at once, a tool with a countable side effect, and
 * a person. Each answer follows from the last tool result alone, so a run that was recovered goes on as the crashed one
 * would have, and an answer costs the same however long the run is.
 */
import { openSync, writeSync } from "node:fs";

const PAYLOAD = Number(process.env.BENCH_PAYLOAD ?? 200);
const data = "x".repeat(PAYLOAD);
const thought = "t".repeat(100);

export const toolText = (i) => `{"i":${i},"data":"${data}"}`;

const nextAfter = (last) => {
  const at = last?.indexOf('"i":') ?? -1;
  return at < 0 ? 0 : Number.parseInt(last.slice(at + 4), 10) + 1;
};

export class World {
  modelCalls = 0;
  toolCalls = 0;
  lastModelAt = 0;
  /** Calls of the tool in a run, before the model is done. */
  steps = 0;
  /** Whether the model asks a person after the last step. */
  pause = false;
  #effects;

  /** @param effects A file that gets a line for each side effect and outlives a killed process. */
  constructor(effects) {
    if (effects !== undefined) this.#effects = openSync(effects, "a");
  }

  #note(line) {
    if (this.#effects !== undefined) writeSync(this.#effects, `${line}\n`);
  }

  /** What the model says after this tool result; nullish when there is none yet. */
  decide(last) {
    const i = nextAfter(last);
    this.modelCalls++;
    this.lastModelAt = performance.now();
    this.#note(`m ${i}`);
    if (i < this.steps) return { tool: "work", i, text: `${i}:${thought}` };
    if (this.pause && i === this.steps) return { tool: "ask", i, text: `${i}:${thought}` };
    return { final: true, i, text: "done" };
  }

  work(i) {
    this.toolCalls++;
    this.#note(`t ${i}`);
    return toolText(i);
  }

  /** What the person says. */
  answer(i) {
    this.#note(`h ${i}`);
    return toolText(i);
  }
}

/** Does `job(0)` … `job(count - 1)`, at most `limit` at once. */
export async function pool(count, limit, job) {
  let next = 0;
  const lane = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane));
}
