/** Layouts: ELK, in a worker of its own. Its code stands in that file alone, so here is all that it is asked. */
import type { ElkNode } from "elkjs/lib/elk-api.js";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import { type Desk, deskOf, type Laying } from "./desk.ts";

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** The one script address that the page makes itself: the worker that stands beside it. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("bailiwick-worker", {
    createScriptURL: (asked) => (asked === url ? asked : ""),
  });
  return policy?.createScriptURL(url) ?? url;
}

const laying = (worker: Worker): Laying => ({
  ask: (question) => worker.postMessage(question),
  onAnswer: (told) => {
    worker.onmessage = ({ data }) => told(data);
  },
  onFault: (told) => {
    worker.onerror = ({ message }) => told(message);
  },
});

let workerOf = (): Worker => new Worker(trusted(workerUrl));
let desk: Desk | undefined;

/** Lays out with another worker: a page that is one file has it in itself. */
export function layoutWith(factory: () => Worker): void {
  workerOf = factory;
  desk = undefined;
}

export function layout(graph: ElkNode): Promise<ElkNode> {
  desk ??= deskOf(laying(workerOf()));
  return desk.layout(graph);
}
