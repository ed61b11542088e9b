/** Fragment: what a page was opened with, behind the `#` of its address. */
export interface Tokens {
  readonly viewer?: string;
  readonly approver?: string;
}

/** The tokens in a fragment, and what is left of it. */
export function tokensIn(fragment: string): { readonly tokens: Tokens; readonly rest: string } {
  const text = fragment.replace(/^#/, "");
  if (text.startsWith("/")) return { tokens: {}, rest: text };
  const fields = new URLSearchParams(text);
  const viewer = fields.get("token");
  const approver = fields.get("approver");
  return {
    tokens: { ...(viewer ? { viewer } : {}), ...(approver ? { approver } : {}) },
    rest: fields.get("at") ?? "",
  };
}
