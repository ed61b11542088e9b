/** Layouts: ELK in a worker of its own, asked once for each drawing. */
import ELK, { type ElkNode } from "elkjs/lib/elk-api.js";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";

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

let workerOf = (): Worker => new Worker(trusted(workerUrl));
let elk: InstanceType<typeof ELK> | undefined;

/** Lays out with another worker: a page that is one file has it in itself. */
export function layoutWith(factory: () => Worker): void {
  workerOf = factory;
  elk = undefined;
}

export const layout = (graph: ElkNode): Promise<ElkNode> => {
  elk ??= new ELK({ workerFactory: () => workerOf() });
  return elk.layout(graph);
};
