/** Carried: what the document of an exported run has in itself. */

export function carriedText(id: string): string {
  const text = document.getElementById(id)?.textContent;
  if (text === null || text === undefined) throw new Error(`the document carries no ${id}`);
  return text;
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** A worker of a script that the document carries as text. Its policy allows no other. */
export function carriedWorker(id: string): Worker {
  const url = URL.createObjectURL(new Blob([carriedText(id)], { type: "text/javascript" }));
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("bailiwick-worker", {
    createScriptURL: (asked) => (asked === url ? asked : ""),
  });
  return new Worker(policy?.createScriptURL(url) ?? url);
}
