/** Desk: asks a worker of ELK for layouts, and gives each asker its own answer. */
import type { ElkNode } from "elkjs/lib/elk-api.js";

/** A worker, as a desk needs it. */
export interface Laying {
  ask(question: object): void;
  onAnswer(told: (answer: Answer) => void): void;
  onFault(told: (message: string) => void): void;
}

export interface Desk {
  layout(graph: ElkNode): Promise<ElkNode>;
}

export interface Answer {
  readonly id: number;
  readonly data?: ElkNode;
  readonly error?: unknown;
}

interface Asker {
  readonly resolve: (graph: ElkNode) => void;
  readonly reject: (error: Error) => void;
}

export function deskOf(worker: Laying): Desk {
  const askers = new Map<number, Asker>();
  let asked = 0;
  let fault: Error | undefined;
  worker.onAnswer(({ id, data, error }) => {
    const asker = askers.get(id);
    askers.delete(id);
    if (error === undefined && data !== undefined) asker?.resolve(data);
    else asker?.reject(errorOf(error));
  });
  // A worker that could not be loaded answers nobody any more.
  worker.onFault((message) => {
    fault = new Error(message || "the layout worker cannot be loaded");
    for (const { reject } of askers.values()) reject(fault);
    askers.clear();
  });
  worker.ask({ id: asked, cmd: "register", algorithms: ["layered"] });
  return {
    layout: (graph) =>
      new Promise((resolve, reject) => {
        if (fault !== undefined) return reject(fault);
        asked += 1;
        askers.set(asked, { resolve, reject });
        worker.ask({ id: asked, cmd: "layout", graph, layoutOptions: {}, options: {} });
      }),
  };
}

/** ELK throws exceptions of another language. */
function errorOf(error: unknown): Error {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return new Error(typeof message === "string" ? message : "the layout failed");
}
